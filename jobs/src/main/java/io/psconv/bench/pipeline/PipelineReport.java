package io.psconv.bench.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.psconv.bench.engine.MachineFacts;
import io.psconv.bench.engine.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
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
    private static final String UNKNOWN = "–";
    private static final String HEADER =
            String.format(
                    Locale.ROOT,
                    "%-22s %-11s %2s %7s %-24s %8s %7s %7s %7s %9s %7s %9s %9s %9s %7s%n",
                    "model",
                    "engine",
                    "×",
                    "cameras",
                    "frames/s [min–max]",
                    "network",
                    "decode",
                    "Kafka",
                    "other",
                    "compilers",
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
        fields.put("frames", plan.workload().records());
        fields.put("rounds", plan.rounds());
        fields.put("secondsPerPoint", plan.point().toMillis() / 1e3);
        fields.put("warmUpSeconds", plan.warmUp().toMillis() / 1e3);
        fields.put("latencyLoadShare", plan.latencyShare());
        fields.put("deliveryGuarantee", plan.workload().deliveryGuarantee());
        fields.put("checkpointIntervalMillis", plan.workload().checkpointIntervalMillis());
        fields.put("seed", plan.seed());
        fields.putAll(plan.place().settings());
        fields.putAll(plan.workload().settings());
        Bursts bursts = plan.bursts();
        if (bursts != null) {
            fields.put("burstQuietSeconds", bursts.quiet().toMillis() / 1e3);
            fields.put("burstSeconds", bursts.burst().toMillis() / 1e3);
            fields.put("burstCycles", bursts.cycles());
        }
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
        if (cell.mode() != null) {
            fields.put("parallelismMode", cell.mode().toString());
        }
        if (result.framesPerSecond() != null) {
            fields.put("framesPerSecond", result.framesPerSecond().median());
            fields.put("framesPerSecondMin", result.framesPerSecond().min());
            fields.put("framesPerSecondMax", result.framesPerSecond().max());
            fields.put("cpuMicrosPerFrame", cpu(result));
            fields.put("compilerCpuMicrosPerFrame", cpu(result, CellResult.COMPILERS));
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
        Judgement judged = result.judged();
        if (judged != null) {
            fields.put("accuracy", judged.accuracy());
            fields.put("accuracyFrames", judged.frames());
        }
        if (answers.isKnown()) {
            fields.put(
                    "answerMicrosPerFrame",
                    Map.of(
                            "queue",
                            answers.queueMicros() / answers.frames(),
                            "decode",
                            answers.decodeMicros() / answers.frames(),
                            "inference",
                            answers.inferenceMicros() / answers.frames()));
            fields.put(
                    "batchSize",
                    Map.of(
                            "mean",
                            answers.frames() / answers.batches(),
                            "max",
                            answers.largestBatch()));
        }
        fields.put("frames", answers.frames());
        fields.put("overloadedFramesPerSecond", result.drained().median());
        if (result.checkpoints() != null) {
            fields.put("checkpointMillis", result.checkpoints());
        }
        if (result.bursts() != null) {
            fields.put("bursts", fields(result.bursts()));
        }
        fields.put("points", result.points().stream().map(PipelineReport::fields).toList());
        return fields;
    }

    private static Map<String, @Nullable Object> fields(BurstFigures bursts) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("quietFramesPerSecond", bursts.sustainable() * Bursts.QUIET_SHARE);
        fields.put("burstFramesPerSecond", bursts.sustainable() * Bursts.BURST_SHARE);
        fields.put("quietLatencyMillis", latency(bursts.quiet()));
        fields.put("burstLatencyMillis", latency(bursts.burst()));
        fields.put("recoverySeconds", bursts.recoveries());
        fields.put("medianRecoverySeconds", bursts.medianRecovery());
        return fields;
    }

    /** Null of what could not be measured. */
    private static Map<String, @Nullable Double> cpu(CellResult result) {
        Map<String, @Nullable Double> parts = new LinkedHashMap<>();
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

    private static @Nullable Double cpu(CellResult result, String part) {
        return result.cpuMicros().get(part);
    }

    private static String micros(CellResult result, String part) {
        Double micros = cpu(result, part);
        return micros == null ? UNKNOWN : String.format(Locale.ROOT, "%.0f", micros);
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
        fields.put("mean", millis.getMean());
        fields.put("standardDeviation", millis.getStdDeviation());
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
        boolean byMode = cells.stream().anyMatch(result -> result.cell().mode() != null);
        StringBuilder table =
                new StringBuilder(byMode ? HEADER.replace("cameras", "  tasks") : HEADER);
        cells.forEach(result -> table.append(row(result)));
        table.append(
                String.format(
                        Locale.ROOT,
                        "%nprocessor time in µs a frame, the JVM's compilers and the"
                                + " broker apart; latency in ms from schedule to %s,"
                                + " at %.0f %% of frames/s; mJ a frame%s%n",
                        plan.workload().checkpointIntervalMillis() == 0
                                ? "the broker's append"
                                : "committed",
                        plan.latencyShare() * 100,
                        plan.judged() == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; right of the first %,d labelled images, the same in"
                                                + " every cell",
                                        plan.judged())));
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

    /** What answers say themselves, where nothing is known of the processes that made them. */
    private static String own(CellResult result) {
        AnswerFigures answers = result.answers();
        if (cpu(result, CellResult.TOTAL) != null || !answers.isKnown()) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "    by its answers: queue %.0f, decoding %.0f, network %.0f µs a frame by the clock;"
                        + " %.1f frames a batch%n",
                answers.queueMicros() / answers.frames(),
                answers.decodeMicros() / answers.frames(),
                answers.inferenceMicros() / answers.frames(),
                answers.frames() / answers.batches());
    }

    /** What published figures are laid beside, of a job that is not the classify job. */
    private static String more(CellResult result) {
        Histogram visible = result.visible();
        if (result.cell().mode() == null || visible == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "    overloaded %.1f/s; latency mean %.1f ± %.1f, p95 %d, p99.9 %d ms%n",
                        result.drained().median(),
                        visible.getMean(),
                        visible.getStdDeviation(),
                        visible.getValueAtPercentile(95),
                        visible.getValueAtPercentile(99.9)));
        BurstFigures bursts = result.bursts();
        if (bursts != null) {
            Double recovery = bursts.medianRecovery();
            text.append(
                    String.format(
                            Locale.ROOT,
                            "    bursts of %.1f/s over %.1f/s: p50 %d, p99 %d ms in a burst;"
                                    + " recovered %s%n",
                            bursts.sustainable() * Bursts.BURST_SHARE,
                            bursts.sustainable() * Bursts.QUIET_SHARE,
                            bursts.burst().getValueAtPercentile(50),
                            bursts.burst().getValueAtPercentile(99),
                            recovery == null
                                    ? "from none"
                                    : String.format(
                                            Locale.ROOT, "after %.1f s (median)", recovery)));
        }
        return text.toString();
    }

    private static String row(CellResult result) {
        Cell cell = result.cell();
        AnswerFigures answers = result.answers();
        String start =
                String.format(
                        Locale.ROOT,
                        "%-22s %-11s %2d %7s ",
                        cell.model().reference(),
                        cell.engine(),
                        cell.parallelism(),
                        cell.mode() == null ? Integer.toString(cell.cameras()) : cell.mode());
        if (result.framesPerSecond() == null || result.visible() == null) {
            return start + "no load was sustained" + System.lineSeparator();
        }
        return start
                + String.format(
                        Locale.ROOT,
                        "%-24s %8s %7s %7s %7s %9s %7s %9d %9d %9s %7s%n",
                        String.format(
                                Locale.ROOT,
                                "%.1f [%.1f–%.1f]",
                                result.framesPerSecond().median(),
                                result.framesPerSecond().min(),
                                result.framesPerSecond().max()),
                        micros(result, CellResult.NETWORK),
                        micros(result, CellResult.DECODE),
                        micros(result, CellResult.KAFKA),
                        micros(result, CellResult.OTHER),
                        micros(result, CellResult.COMPILERS),
                        micros(result, CellResult.BROKER),
                        result.visible().getValueAtPercentile(50),
                        result.visible().getValueAtPercentile(99),
                        answers.charged() == 0
                                ? UNKNOWN
                                : String.format(
                                        Locale.ROOT,
                                        "%.3f",
                                        answers.joules() / answers.charged() * 1e3),
                        result.judged() == null
                                ? UNKNOWN
                                : String.format(
                                        Locale.ROOT, "%5.2f %%", 100 * result.judged().accuracy()))
                + own(result)
                + more(result);
    }
}
