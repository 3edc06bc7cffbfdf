package io.psconv.bench.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.psconv.bench.engine.MachineFacts;
import io.psconv.bench.engine.Skipped;
import io.psconv.bench.engine.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What training engines were measured to do.
 *
 * @param engines what each runs on
 * @param complete whether nothing cut it short
 */
public record TrainingBenchReport(
        TrainingBenchPlan plan,
        MachineFacts machine,
        List<String> engines,
        List<Row> rows,
        List<Skipped> skipped,
        boolean complete) {
    private static final String FORMAT = "%-11s %-13s %-14s %7s %5s  %-27s %9s%n";
    private static final String HEADER =
            String.format(
                    Locale.ROOT,
                    FORMAT,
                    "engine",
                    "network",
                    "variant",
                    "threads",
                    "batch",
                    "images/s [min–max]",
                    "× PyTorch");

    public TrainingBenchReport {
        engines = List.copyOf(engines);
        rows = List.copyOf(rows);
        skipped = List.copyOf(skipped);
    }

    /**
     * Writes all rows as one JSON object.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("complete", complete);
        fields.put("machine", machine);
        fields.put("engines", engines);
        fields.put("method", method());
        fields.put("rows", rows.stream().map(Row::fields).toList());
        fields.put("skipped", skipped);
        Files.writeString(file, mapper.writeValueAsString(fields) + "\n");
    }

    private Map<String, Object> method() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("data", "random pixels and labels");
        fields.put("rounds", plan.rounds());
        fields.put("steps", plan.steps());
        fields.put("warmupSteps", plan.warmup());
        return fields;
    }

    /** For people. */
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(
                String.format(
                        Locale.ROOT,
                        "%s, %d cores, %s%n%s, %s%n%s%n%d rounds of %d steps, random pixels%n%n%s",
                        machine.cpu(),
                        machine.cores(),
                        machine.os(),
                        machine.jdk(),
                        machine.lanes(),
                        String.join(System.lineSeparator(), engines),
                        plan.rounds(),
                        plan.steps(),
                        HEADER));
        rows.forEach(row -> table.append(row.line()));
        for (Skipped each : skipped) {
            table.append(
                    String.format(Locale.ROOT, "%nskipped %s: %s", each.what(), each.reason()));
        }
        if (!skipped.isEmpty()) {
            table.append(System.lineSeparator());
        }
        return table.toString();
    }

    /**
     * One candidate's figures.
     *
     * @param network as it was asked for
     * @param imagesPerSecond trained, update of the weights included
     * @param ratioToDjl over the dense peer's, worked out in each round; null where that was not
     *     measured
     */
    public record Row(
            String engine,
            String network,
            String variant,
            int threads,
            int batch,
            Spread imagesPerSecond,
            @Nullable Spread ratioToDjl) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    FORMAT,
                    engine,
                    network,
                    variant,
                    threads,
                    batch,
                    String.format(
                            Locale.ROOT,
                            "%.1f [%.1f–%.1f]",
                            imagesPerSecond.median(),
                            imagesPerSecond.min(),
                            imagesPerSecond.max()),
                    ratioToDjl == null
                            ? ""
                            : String.format(Locale.ROOT, "%.2f", ratioToDjl.median()));
        }

        Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("engine", engine);
            fields.put("network", network);
            fields.put("variant", variant);
            fields.put("threads", threads);
            fields.put("batch", batch);
            fields.put("imagesPerSecond", imagesPerSecond.median());
            fields.put("imagesPerSecondMin", imagesPerSecond.min());
            fields.put("imagesPerSecondMax", imagesPerSecond.max());
            fields.put("ratioToDjl", ratioToDjl == null ? null : ratioToDjl.median());
            fields.put("ratioToDjlMin", ratioToDjl == null ? null : ratioToDjl.min());
            fields.put("ratioToDjlMax", ratioToDjl == null ? null : ratioToDjl.max());
            return fields;
        }
    }
}
