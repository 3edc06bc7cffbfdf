package io.psconv.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What engines were measured to do.
 *
 * @param ceilings 10⁹ fused multiply–add operations a second by number of threads, of all of them
 *     together; without those that nothing was measured of
 * @param complete whether nothing cut it short
 */
public record BenchReport(
        BenchPlan plan,
        MachineFacts machine,
        SortedMap<Integer, Spread> ceilings,
        List<Row> rows,
        List<Skipped> skipped,
        boolean complete) {
    private static final String HEADER =
            String.format(
                    Locale.ROOT,
                    "%-11s %-5s %-14s %5s %7s %5s  %-27s %9s %7s %7s %7s %8s %6s %6s%n",
                    "engine",
                    "prec.",
                    "variant",
                    "block",
                    "threads",
                    "batch",
                    "images/s [min–max]",
                    "batch 1",
                    "ceiling",
                    "× ORT",
                    "× 1DNN",
                    "× 1 thr.",
                    "MACs ÷",
                    "unpad.");

    public BenchReport {
        ceilings = Collections.unmodifiableSortedMap(new TreeMap<>(ceilings));
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
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("complete", complete);
        fields.put("machine", machine);
        fields.put("jdk", machine.jdk());
        fields.put("method", method());
        fields.put("ceilings", ceilingFields());
        fields.put("rows", rows.stream().map(Row::fields).toList());
        fields.put("skipped", skipped);
        Files.writeString(file, mapper.writeValueAsString(fields) + "\n");
    }

    private Map<String, Object> method() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("threads", plan.threads());
        fields.put("rounds", plan.rounds());
        fields.put("sliceMillis", plan.slice().toMillis());
        fields.put("warmupMillis", plan.warmup().toMillis());
        fields.put("batches", plan.batches());
        return fields;
    }

    private List<Map<String, Object>> ceilingFields() {
        List<Map<String, Object>> all = new ArrayList<>();
        ceilings.forEach(
                (threads, ceiling) -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("unit", "GFLOP/s");
                    fields.put("precision", Subject.FP32);
                    fields.put("threads", threads);
                    fields.put("median", ceiling.median());
                    fields.put("min", ceiling.min());
                    fields.put("max", ceiling.max());
                    all.add(fields);
                });
        return all;
    }

    /** For people: each network's engines and variants at their best batch. */
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(
                String.format(
                        Locale.ROOT,
                        "%s, %d cores, %s%n%s, %s%nthreads %s, %d rounds of %d ms a candidate%n",
                        machine.cpu(),
                        machine.cores(),
                        machine.os(),
                        machine.jdk(),
                        machine.lanes(),
                        plan.threads().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(" and ")),
                        plan.rounds(),
                        plan.slice().toMillis()));
        ceilings.forEach(
                (threads, ceiling) ->
                        table.append(
                                String.format(
                                        Locale.ROOT,
                                        "ceiling of %s %.1f GFLOP/s [%.1f–%.1f], fp32 multiply–adds"
                                                + " between registers%n",
                                        threads == 1 ? "1 thread" : threads + " threads",
                                        ceiling.median(),
                                        ceiling.min(),
                                        ceiling.max())));
        for (BenchNetwork network : plan.networks()) {
            List<Row> own = rows.stream().filter(row -> row.isOf(network)).toList();
            if (!own.isEmpty()) {
                table.append(
                        String.format(
                                Locale.ROOT,
                                "%n%s, %s, %d classes%n%s",
                                network.name(),
                                network.network().input(),
                                network.network().classes(),
                                HEADER));
                own.stream()
                        .filter(Row::best)
                        .sorted(Comparator.comparing(row -> plan.threads().indexOf(row.threads())))
                        .forEach(row -> table.append(line(row, own)));
            }
        }
        for (Skipped each : skipped) {
            table.append(
                    String.format(Locale.ROOT, "%nskipped %s: %s", each.what(), each.reason()));
        }
        if (!skipped.isEmpty()) {
            table.append(System.lineSeparator());
        }
        return table.toString();
    }

    private static String line(Row row, List<Row> rows) {
        double single =
                rows.stream()
                        .filter(other -> other.batch() == 1 && other.isSameSubject(row))
                        .mapToDouble(Row::latencyMillis)
                        .min()
                        .orElse(Double.NaN);
        return String.format(
                Locale.ROOT,
                "%-11s %-5s %-14s %5s %7d %5d  %-27s %9s %7s %7s %7s %8s %6.2f %6.2f%n",
                row.engine(),
                row.precision(),
                row.variant(),
                row.blockText(),
                row.threads(),
                row.batch(),
                String.format(
                        Locale.ROOT,
                        "%.1f [%.1f–%.1f]",
                        row.imagesPerSecond().median(),
                        row.imagesPerSecond().min(),
                        row.imagesPerSecond().max()),
                Double.isNaN(single) ? "" : String.format(Locale.ROOT, "%.2f ms", single),
                text("%.0f %%", row.shareOfCeiling(), 100),
                text("%.2f", row.ratioToOnnxRuntime(), 1),
                text("%.2f", row.ratioToOneDnn(), 1),
                text("%.2f", row.ratioToOneThread(), 1),
                row.macRatio(),
                row.unpaddedMacRatio());
    }

    private static String text(String format, @Nullable Spread spread, double factor) {
        return spread == null ? "" : String.format(Locale.ROOT, format, spread.median() * factor);
    }

    /**
     * One candidate's figures. Ratios and shares are worked out in each round; peers are taken at
     * their best batch.
     *
     * @param network as it was asked for
     * @param block filters in a row that share their phases
     * @param best whether no other batch or layout of its engine, precision and variant is faster
     * @param latencyMillis half of the batches took less
     * @param shareOfCeiling two operations for each unpadded multiply–accumulate, over the ceiling;
     *     null unless fp32
     * @param ratioToOnnxRuntime images/s over ONNX Runtime's; null where that was not measured
     * @param ratioToOneDnn images/s over oneDNN's in fp32, likewise
     * @param ratioToOneThread images/s over those of the same with one thread; null for one thread
     *     and where that was not measured
     * @param mostImagesPerSecond what a device's memory allows as its maker has it; null elsewhere
     * @param macRatio dense multiply–accumulates over the variant's, those on padding included
     * @param unpaddedMacRatio the same without padding
     * @param rounds images/s by round
     */
    public record Row(
            String engine,
            String precision,
            @Nullable String layout,
            String network,
            String variant,
            int block,
            int threads,
            int batch,
            boolean best,
            Spread imagesPerSecond,
            double latencyMillis,
            @Nullable Spread shareOfCeiling,
            @Nullable Spread ratioToOnnxRuntime,
            @Nullable Spread ratioToOneDnn,
            @Nullable Spread ratioToOneThread,
            @Nullable Double mostImagesPerSecond,
            double macRatio,
            double unpaddedMacRatio,
            List<Double> rounds) {
        public Row {
            rounds = List.copyOf(rounds);
        }

        boolean isOf(BenchNetwork other) {
            return network.equals(other.name());
        }

        boolean isSameSubject(Row other) {
            return engine.equals(other.engine)
                    && precision.equals(other.precision)
                    && threads == other.threads
                    && variant.equals(other.variant);
        }

        String blockText() {
            return block == Integer.MAX_VALUE ? "all" : Integer.toString(block);
        }

        Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("engine", engine);
            fields.put("precision", precision);
            fields.put("layout", layout);
            fields.put("network", network);
            fields.put("variant", variant);
            fields.put("block", block == Integer.MAX_VALUE ? "all" : (Object) block);
            fields.put("threads", threads);
            fields.put("batch", batch);
            fields.put("best", best);
            fields.put("imagesPerSecond", imagesPerSecond.median());
            fields.put("min", imagesPerSecond.min());
            fields.put("max", imagesPerSecond.max());
            fields.put("latencyMillis", latencyMillis);
            put(fields, "shareOfCeiling", shareOfCeiling);
            put(fields, "ratioToOnnxRuntime", ratioToOnnxRuntime);
            put(fields, "ratioToOneDnn", ratioToOneDnn);
            put(fields, "ratioToOneThread", ratioToOneThread);
            fields.put("mostImagesPerSecond", mostImagesPerSecond);
            fields.put("macRatio", macRatio);
            fields.put("unpaddedMacRatio", unpaddedMacRatio);
            fields.put("rounds", new ArrayList<>(rounds));
            return fields;
        }

        private static void put(
                Map<String, @Nullable Object> fields, String name, @Nullable Spread spread) {
            fields.put(name, spread == null ? null : spread.median());
            fields.put(name + "Min", spread == null ? null : spread.min());
            fields.put(name + "Max", spread == null ? null : spread.max());
        }
    }
}
