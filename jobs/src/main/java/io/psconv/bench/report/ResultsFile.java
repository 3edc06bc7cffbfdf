package io.psconv.bench.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The strict reader of results files: unknown members are skipped, nothing else is forgiven. */
final class ResultsFile {
    static final String KIND = "psconv-pipeline-bench";
    static final long FORMAT_VERSION = 1;

    private static final String THROUGHPUT = "framesPerSecond";

    private static final long MOST_BYTES = 64L << 20;
    private static final Set<String> SETTINGS =
            Set.of(
                    "arrivals",
                    "frames",
                    "rounds",
                    "secondsPerPoint",
                    "warmUpSeconds",
                    "deliveryGuarantee",
                    "checkpointIntervalMillis",
                    "seed",
                    "latencyLoadShare");
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private ResultsFile() {}

    static PipelineResults read(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "'%s' has %,d bytes but results have at most %,d",
                            file,
                            bytes,
                            MOST_BYTES));
        }
        try {
            return parse(Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + file + "': " + e.getMessage(), e);
        }
    }

    /**
     * Reads one JSON object.
     *
     * @throws IllegalArgumentException if it is none, or breaks a rule
     */
    static PipelineResults parse(byte[] json) throws IOException {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "no valid JSON at line %d, column %d: %s",
                            e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                            e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                            e.getOriginalMessage()),
                    e);
        }
        return results(Members.ofRoot(root));
    }

    private static PipelineResults results(Members run) {
        String kind = run.text("kind");
        if (!kind.equals(KIND)) {
            throw Require.wrong("kind", kind, "'" + KIND + "'");
        }
        long version = run.wholeNumber("formatVersion");
        if (version != FORMAT_VERSION) {
            throw Require.wrong(
                    "formatVersion",
                    version,
                    FORMAT_VERSION + "; use the psconv that wrote the file, or measure again");
        }
        return run.make(
                () ->
                        new PipelineResults(
                                time(run.text("startedAt")),
                                run.number("durationSeconds"),
                                run.text("version"),
                                run.text("command"),
                                !Boolean.FALSE.equals(run.truthIfKnown("complete")),
                                machine(run.object("machine")),
                                settings(run.object("settings")),
                                run.list("cells", cell -> Optional.ofNullable(cell(cell))).stream()
                                        .flatMap(Optional::stream)
                                        .toList(),
                                run.list("goals", ResultsFile::goal),
                                skipped(run)));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    Require.wrong("startedAt", text, "a time like 2026-05-31T12:00:00Z")
                            .getMessage(),
                    e);
        }
    }

    private static RunMachine machine(Members machine) {
        return machine.make(
                () ->
                        new RunMachine(
                                machine.text("cpu"),
                                machine.count("cores"),
                                machine.wholeNumberIfKnown("memoryBytes"),
                                machine.text("java"),
                                machine.text("os")));
    }

    private static RunSettings settings(Members settings) {
        return settings.make(
                () ->
                        new RunSettings(
                                settings.text("arrivals"),
                                settings.text("frames"),
                                settings.count("rounds"),
                                settings.number("secondsPerPoint"),
                                settings.numberIfKnown("warmUpSeconds"),
                                settings.text("deliveryGuarantee"),
                                settings.wholeNumber("checkpointIntervalMillis"),
                                settings.wholeNumber("seed"),
                                settings.number("latencyLoadShare"),
                                settings.others(SETTINGS)));
    }

    /** Null where no load was sustained, so that there are no figures of the cell. */
    private static @Nullable ResultCell cell(Members cell) {
        return !cell.has(THROUGHPUT)
                ? null
                : cell.make(
                        () ->
                                new ResultCell(
                                        cell.text("model"),
                                        cell.text("variant"),
                                        cell.text("engine"),
                                        cell.count("parallelism"),
                                        cell.count("cameras"),
                                        cell.number(THROUGHPUT),
                                        cell.number("framesPerSecondMin"),
                                        cell.number("framesPerSecondMax"),
                                        cpu(cell.object("cpuMicrosPerFrame")),
                                        cell.numberIfKnown("compilerCpuMicrosPerFrame"),
                                        cell.numberIfKnown("brokerCpuMicrosPerFrame"),
                                        cell.numberIfKnown("generatorCpuMicrosPerFrame"),
                                        cell.number("latencyLoadFramesPerSecond"),
                                        cell.objectIfKnown("latencyMillis", ResultsFile::latency),
                                        cell.objectIfKnown(
                                                "classifiedLatencyMillis", ResultsFile::latency),
                                        cell.numberIfKnown("joulesPerFrame"),
                                        cell.textIfKnown("energySource"),
                                        cell.numberIfKnown("accuracy"),
                                        cell.wholeNumberIfKnown("accuracyFrames"),
                                        cell.objectIfKnown(
                                                "answerMicrosPerFrame", ResultsFile::answers),
                                        cell.wholeNumber("frames"),
                                        cell.objectIfKnown("batchSize", ResultsFile::batch),
                                        cell.objectIfKnown(
                                                "checkpointMillis", ResultsFile::checkpoint),
                                        cell.list("points", ResultsFile::point),
                                        cell.textIfKnown("parallelismMode")));
    }

    private static CpuMicros cpu(Members cpu) {
        return cpu.make(
                () ->
                        new CpuMicros(
                                cpu.numberIfKnown("network"),
                                cpu.numberIfKnown("decode"),
                                cpu.numberIfKnown("kafka"),
                                cpu.numberIfKnown("other"),
                                cpu.numberIfKnown("total")));
    }

    private static AnswerMicros answers(Members answers) {
        return answers.make(
                () ->
                        new AnswerMicros(
                                answers.number("queue"),
                                answers.number("decode"),
                                answers.number("inference")));
    }

    private static LatencyMillis latency(Members latency) {
        return latency.make(
                () ->
                        new LatencyMillis(
                                latency.number("p50"),
                                latency.number("p95"),
                                latency.number("p99"),
                                latency.number("p999")));
    }

    private static BatchSize batch(Members batch) {
        return batch.make(() -> new BatchSize(batch.number("mean"), batch.count("max")));
    }

    private static CheckpointMillis checkpoint(Members checkpoint) {
        return checkpoint.make(
                () -> new CheckpointMillis(checkpoint.number("p50"), checkpoint.number("max")));
    }

    private static LoadPoint point(Members point) {
        return point.make(
                () ->
                        new LoadPoint(
                                point.number("offeredFramesPerSecond"),
                                point.number("achievedFramesPerSecond"),
                                point.truth("sustained"),
                                point.objectIfKnown("latencyMillis", ResultsFile::latency)));
    }

    private static RunGoal goal(Members goal) {
        @Nullable Double value = goal.numberIfKnown("value");
        return goal.make(
                () ->
                        new RunGoal(
                                goal.text("name"),
                                goal.has("unit") ? goal.text("unit") : "",
                                goal.number("goal"),
                                goal.truth("atMost"),
                                value,
                                value == null ? null : goal.truthIfKnown("reached"),
                                goal.textIfKnown("cell")));
    }

    private static List<SkippedCell> skipped(Members run) {
        List<SkippedCell> all = new ArrayList<>(run.list("skipped", ResultsFile::skippedCell));
        run.list("cells", cell -> Optional.ofNullable(cell.has(THROUGHPUT) ? null : none(cell)))
                .forEach(cell -> cell.ifPresent(all::add));
        return all;
    }

    private static SkippedCell none(Members cell) {
        return cell.make(
                () ->
                        new SkippedCell(
                                String.format(
                                        Locale.ROOT,
                                        "%s, ×%d, %,d cameras",
                                        cell.text("model"),
                                        cell.count("parallelism"),
                                        cell.count("cameras")),
                                cell.text("engine"),
                                cell.list("points", ResultsFile::point).stream()
                                        .map(LoadPoint::offeredFramesPerSecond)
                                        .min(Double::compare)
                                        .map(
                                                least ->
                                                        "no load was sustained; the least tried"
                                                                + " was "
                                                                + Quantity.of(least)
                                                                + " frames/s")
                                        .orElse("no load was sustained")));
    }

    private static SkippedCell skippedCell(Members skipped) {
        return skipped.make(
                () ->
                        new SkippedCell(
                                skipped.text("model"),
                                skipped.text("engine"),
                                skipped.text("reason")));
    }
}
