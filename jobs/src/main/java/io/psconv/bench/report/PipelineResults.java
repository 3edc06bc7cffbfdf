package io.psconv.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run of {@code psconv bench pipeline} measured, checked.
 *
 * @param durationSeconds of the whole run
 * @param version psconv's
 * @param command as it was typed, without {@code psconv}
 * @param complete whether nothing cut the run short
 * @param cells one for each model, engine, parallelism and number of cameras
 * @param goals what was aimed at, with what was measured
 * @param skipped what was asked for and not measured, or sustained no load at all
 */
public record PipelineResults(
        Instant startedAt,
        double durationSeconds,
        String version,
        String command,
        boolean complete,
        RunMachine machine,
        RunSettings settings,
        List<ResultCell> cells,
        List<RunGoal> goals,
        List<SkippedCell> skipped) {
    private static final int MOST_CELLS = 500;

    /**
     * @throws IllegalArgumentException if a figure is out of its range or a cell comes twice
     */
    public PipelineResults {
        Require.atLeast("durationSeconds", durationSeconds, 0);
        Require.text("version", version);
        Require.text("command", command);
        cells = List.copyOf(cells);
        goals = List.copyOf(goals);
        skipped = List.copyOf(skipped);
        if (cells.size() > MOST_CELLS) {
            throw new IllegalArgumentException(
                    "cells were "
                            + cells.size()
                            + " but a page shows at most "
                            + MOST_CELLS
                            + "; split the run");
        }
        Map<CellKey, Integer> seen = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            @Nullable Integer earlier = seen.putIfAbsent(cells.get(i).key(), i);
            if (earlier != null) {
                throw new IllegalArgumentException(
                        "cells["
                                + i
                                + "] has the model, engine, parallelism and cameras of cells["
                                + earlier
                                + "] but each may come once");
            }
        }
    }

    /**
     * Reads a file that {@code psconv bench pipeline --json} wrote.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is no such file; the message has file, member, value
     *     and rule
     */
    public static PipelineResults read(Path file) throws IOException {
        return ResultsFile.read(file);
    }

    /**
     * Reads what {@link io.psconv.bench.pipeline.PipelineReport#json} gave.
     *
     * @throws IllegalArgumentException if it is no such object; the message has member, value and
     *     rule
     */
    public static PipelineResults of(String json) throws IOException {
        return ResultsFile.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
