package io.psconv.bench.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run measures, and how long.
 *
 * @param cells in the order of each round
 * @param rounds times that each cell is measured
 * @param warmUp how long a job runs at most before it is measured, while the JVM still compiles
 * @param point how long one load is kept up
 * @param steps loads tried in a round at most
 * @param arrivals how frames arrive
 * @param latencyShare share of the sustained rate at which latencies are taken, above 0, below 1
 * @param seed of what is drawn
 * @param workload what is sent, and the job
 * @param bursts a load that each cell gets besides; null for none
 * @param accuracyFrames labelled records that every cell is judged by, the first ones; all, if
 *     there are fewer
 * @param logs folder for what the processes say, which is then kept; null for none
 * @param place what of Kafka and Flink is given
 */
public record PipelinePlan(
        List<Cell> cells,
        int rounds,
        Duration warmUp,
        Duration point,
        int steps,
        Arrivals arrivals,
        double latencyShare,
        long seed,
        Workload workload,
        @Nullable Bursts bursts,
        int accuracyFrames,
        @Nullable Path logs,
        PipelinePlace place) {
    /** Shorter ones do not tell a growing backlog from a slow moment. */
    private static final Duration SHORTEST_POINT = Duration.ofSeconds(2);

    private static final Duration LONGEST_POINT = Duration.ofMinutes(10);
    private static final int MOST_ROUNDS = 100;
    private static final int MOST_STEPS = 50;
    private static final int MOST_JUDGED = 1_000_000;

    public PipelinePlan {
        cells = List.copyOf(cells);
        check(!cells.isEmpty(), "cells", "none", "at least one");
        check(
                rounds >= 1 && rounds <= MOST_ROUNDS,
                "--rounds",
                rounds,
                "between 1 and " + MOST_ROUNDS);
        check(
                point.compareTo(SHORTEST_POINT) >= 0 && point.compareTo(LONGEST_POINT) <= 0,
                "--point",
                point.toMillis() / 1e3 + " s",
                "between 2 s and 10 min");
        check(
                accuracyFrames >= 1 && accuracyFrames <= MOST_JUDGED,
                "--accuracy-frames",
                accuracyFrames,
                "between 1 and " + MOST_JUDGED);
        checkPlace(place, workload, logs);
        check(steps >= 1 && steps <= MOST_STEPS, "steps", steps, "between 1 and " + MOST_STEPS);
        check(
                latencyShare >= 0.05 && latencyShare <= 0.95,
                "--latency-load",
                latencyShare,
                "between 0.05 and 0.95");
    }

    private static void check(boolean holds, String name, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be " + rule);
        }
    }

    private static void checkPlace(PipelinePlace place, Workload workload, @Nullable Path logs) {
        if (place.flink() == null) {
            return;
        }
        if (!workload.hasProgram()) {
            throw new IllegalArgumentException(
                    "--workload was '"
                            + workload.name()
                            + "' but with --flink it must be "
                            + FrameWorkload.NAME
                            + "; the others' weights are random and on this machine only: leave"
                            + " --flink out, --bootstrap-servers can stay");
        }
        if (logs != null) {
            throw new IllegalArgumentException(
                    "--logs was '"
                            + logs
                            + "' but a cluster that was given with --flink keeps its own logs;"
                            + " leave it out");
        }
    }

    /** Labelled records that every cell is judged by; 0 if there are none. */
    int judged() {
        return Math.min(accuracyFrames, workload.labelled());
    }

    /** The most slots that a cell needs. */
    int slots() {
        return cells.stream().mapToInt(workload::slots).max().orElse(1);
    }
}
