package io.psconv.bench.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.psconv.bench.engine.MachineFacts;
import io.psconv.bench.engine.Skipped;
import io.psconv.job.options.ClassifyConfigOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What cells were measured to do.
 *
 * @param start when the run began
 * @param end when it ended
 * @param skipped cells that could not be measured, with the reason
 * @param complete whether nothing cut it short
 */
public record PipelineReport(
        PipelinePlan plan,
        Instant start,
        Instant end,
        List<CellResult> cells,
        List<Skipped> skipped,
        boolean complete) {
    private static final int FORMAT_VERSION = 1;
    private static final String HEADER =
            String.format(
                    Locale.ROOT,
                    "%-22s %-11s %2s %7s %-24s %8s %7s %7s %7s %7s %9s %9s %9s %7s%n",
                    "model",
                    "engine",
                    "×",
                    "cameras",
                    "frames/s [min–max]",
                    "network",
                    "decode",
                    "Kafka",
                    "other",
                    "broker",
                    "p50",
                    "p99",
                    "mJ",
                    "right");

    public PipelineReport {
        cells = List.copyOf(cells);
        skipped = List.copyOf(skipped);
    }

    /**
     * Writes everything as one JSON object, which {@code psconv report} reads.
     *
     * @param command what was called, without the program's name
     * @param version of the program
     * @throws IOException if the file cannot be written
     */
    public void write(Path file, String command, String version) throws IOException {
        Files.writeString(file, json(command, version));
    }

    /** What {@link #write} writes. */
    public String json(String command, String version) throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("kind", "psconv-pipeline-bench");
        fields.put("formatVersion", FORMAT_VERSION);
        fields.put("startedAt", start.toString());
        fields.put("durationSeconds", Duration.between(start, end).toMillis() / 1e3);
        fields.put("version", version);
        fields.put("command", command);
        fields.put("complete", complete);
        fields.put("machine", machine());
        fields.put("settings", settings());
        fields.put("cells", cells.stream().map(PipelineReport::fields).toList());
        fields.put("goals", Goal.of(cells).stream().map(PipelineReport::fields).toList());
        fields.put("skipped", skipped.stream().map(PipelineReport::fields).toList());
        return mapper.writeValueAsString(fields) + "\n";
    }

    private static Map<String, Object> machine() {
        MachineFacts facts = MachineFacts.ofThisMachine("");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cpu", facts.cpu());
        fields.put("cores", facts.cores());
        fields.put("java", facts.jdk());
        fields.put("os", facts.os());
        return fields;
    }

    private Map<String, Object> settings() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("arrivals", plan.arrivals().toString());
        fields.put(
                "frames",
                plan.images().shape().width()
                        + "x"
                        + plan.images().shape().height()
                        + " PNG, "
                        + plan.images().count()
                        + " labelled images over and over");
        fields.put("rounds", plan.rounds());
        fields.put("secondsPerPoint", plan.point().toMillis() / 1e3);
        fields.put("warmUpSeconds", plan.warmUp().toMillis() / 1e3);
        fields.put("latencyLoadShare", plan.latencyShare());
        Configuration options = Configuration.fromMap(plan.options());
        fields.put(
                "deliveryGuarantee",
                options.get(ClassifyConfigOptions.DELIVERY_GUARANTEE).toString());
        fields.put(
                "checkpointIntervalMillis",
                options.get(ClassifyConfigOptions.CHECKPOINT_INTERVAL).toMillis());
        fields.put("options", new TreeMap<>(plan.options()));
        fields.put("seed", plan.seed());
        return fields;
    }

    private static Map<String, @Nullable Object> fields(CellResult result) {
        Cell cell = result.cell();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("model", cell.model().reference());
        fields.put("variant", cell.variant());
        fields.put("engine", cell.engine());
        fields.put("parallelism", cell.parallelism());
        fields.put("cameras", cell.cameras());
        if (result.framesPerSecond() != null) {
            fields.put("framesPerSecond", result.framesPerSecond().median());
            fields.put("framesPerSecondMin", result.framesPerSecond().min());
            fields.put("framesPerSecondMax", result.framesPerSecond().max());
            fields.put("cpuMicrosPerFrame", cpu(result));
            fields.put("jobManagerCpuMicrosPerFrame", cpu(result, CellResult.JOB_MANAGER));
            fields.put("brokerCpuMicrosPerFrame", cpu(result, CellResult.BROKER));
            fields.put("generatorCpuMicrosPerFrame", cpu(result, CellResult.GENERATOR));
            fields.put("latencyLoadFramesPerSecond", result.latencyLoad());
            fields.put("latencyMillis", latency(result.visible()));
            fields.put("classifiedLatencyMillis", latency(result.classified()));
        }
        AnswerFigures answers = result.answers();
        if (answers.charged() > 0) {
            fields.put("joulesPerFrame", answers.joules() / answers.charged());
            fields.put("energySource", answers.energySource());
        }
        if (answers.frames() > 0) {
            fields.put("accuracy", (double) answers.right() / answers.frames());
            fields.put(
                    "batchSize",
                    Map.of(
                            "mean",
                            answers.frames() / answers.batches(),
                            "max",
                            answers.largestBatch()));
        }
        fields.put("frames", answers.frames());
        fields.put("checkpointMillis", result.checkpoints());
        fields.put("points", result.points().stream().map(PipelineReport::fields).toList());
        return fields;
    }

    private static Map<String, Double> cpu(CellResult result) {
        Map<String, Double> parts = new LinkedHashMap<>();
        for (String part :
                List.of(
                        CellResult.NETWORK,
                        CellResult.DECODE,
                        CellResult.KAFKA,
                        CellResult.OTHER,
                        CellResult.TOTAL)) {
            parts.put(part, cpu(result, part));
        }
        return parts;
    }

    private static double cpu(CellResult result, String part) {
        return Objects.requireNonNull(result.cpuMicros().get(part), part);
    }

    private static @Nullable Map<String, Double> latency(@Nullable Histogram millis) {
        if (millis == null || millis.getTotalCount() == 0) {
            return null;
        }
        Map<String, Double> fields = new LinkedHashMap<>();
        fields.put("p50", (double) millis.getValueAtPercentile(50));
        fields.put("p95", (double) millis.getValueAtPercentile(95));
        fields.put("p99", (double) millis.getValueAtPercentile(99));
        fields.put("p999", (double) millis.getValueAtPercentile(99.9));
        return fields;
    }

    private static Map<String, @Nullable Object> fields(LoadPoint point) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("offeredFramesPerSecond", point.offered());
        fields.put("achievedFramesPerSecond", point.usage().framesPerSecond());
        fields.put("sustained", point.isSustained());
        fields.put("lag", point.lag());
        fields.put("latencyMillis", latency(point.visible()));
        fields.put("classifiedLatencyMillis", latency(point.classified()));
        return fields;
    }

    private static Map<String, Object> fields(Goal goal) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", goal.name());
        fields.put("unit", goal.unit());
        fields.put("goal", goal.goal());
        fields.put("atMost", true);
        fields.put("value", goal.value());
        fields.put("reached", goal.isReached());
        fields.put("cell", goal.cell());
        return fields;
    }

    private static Map<String, Object> fields(Skipped one) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", one.what());
        fields.put("engine", "");
        fields.put("reason", one.reason());
        return fields;
    }

    /** The report as tables for people. */
    public String table() {
        StringBuilder table = new StringBuilder(HEADER);
        cells.forEach(result -> table.append(row(result)));
        table.append(
                String.format(
                        Locale.ROOT,
                        "%nprocessor time in µs a frame; latency in ms from schedule to committed,"
                                + " at %.0f %% of frames/s; mJ a frame%n",
                        plan.latencyShare() * 100));
        for (Goal goal : Goal.of(cells)) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %.4g %s, goal at most %.4g: %s (%s)%n",
                            goal.name(),
                            goal.value(),
                            goal.unit(),
                            goal.goal(),
                            goal.isReached() ? "reached" : "not reached",
                            goal.cell()));
        }
        skipped.forEach(
                one ->
                        table.append(
                                String.format(
                                        Locale.ROOT,
                                        "left out %s: %s%n",
                                        one.what(),
                                        one.reason())));
        return table.toString();
    }

    private static String row(CellResult result) {
        Cell cell = result.cell();
        AnswerFigures answers = result.answers();
        String start =
                String.format(
                        Locale.ROOT,
                        "%-22s %-11s %2d %7d ",
                        cell.model().reference(),
                        cell.engine(),
                        cell.parallelism(),
                        cell.cameras());
        if (result.framesPerSecond() == null || result.visible() == null) {
            return start + "no load was sustained" + System.lineSeparator();
        }
        return start
                + String.format(
                        Locale.ROOT,
                        "%-24s %8.0f %7.0f %7.0f %7.0f %7.0f %9d %9d %9s %5.2f %%%n",
                        String.format(
                                Locale.ROOT,
                                "%.1f [%.1f–%.1f]",
                                result.framesPerSecond().median(),
                                result.framesPerSecond().min(),
                                result.framesPerSecond().max()),
                        cpu(result, CellResult.NETWORK),
                        cpu(result, CellResult.DECODE),
                        cpu(result, CellResult.KAFKA),
                        cpu(result, CellResult.OTHER),
                        cpu(result, CellResult.BROKER),
                        result.visible().getValueAtPercentile(50),
                        result.visible().getValueAtPercentile(99),
                        answers.charged() == 0
                                ? "–"
                                : String.format(
                                        Locale.ROOT,
                                        "%.3f",
                                        answers.joules() / answers.charged() * 1e3),
                        100.0 * answers.right() / Math.max(1, answers.frames()));
    }
}
