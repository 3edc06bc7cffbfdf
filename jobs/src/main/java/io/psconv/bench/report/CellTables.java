package io.psconv.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The cells' figures as tables to read, and unrounded as text to copy. */
final class CellTables {
    private static final Map<String, Function<ResultCell, String>> TSV = tsvColumns();

    private CellTables() {}

    static void write(Markup page, List<ResultCell> cells) {
        Column.write(page, "Throughput and latency", throughputColumns(), cells);
        Column.write(page, "Cost and accuracy", costColumns(), cells);
        Column.write(page, "By the job's own clock", ownColumns(), cells);
        page.open("details")
                .element("summary", "Every figure, unrounded, as tab-separated text to copy")
                .open("div", "class", "scroll", "tabindex", "0")
                .element("pre", tsv(cells), "id", "tsv")
                .close()
                .close();
    }

    /** A line of names and one for each cell, tabs between; an empty field is unknown. */
    static String tsv(List<ResultCell> cells) {
        List<String> lines = new ArrayList<>();
        lines.add(String.join("\t", TSV.keySet()));
        for (ResultCell cell : cells) {
            lines.add(
                    TSV.values().stream()
                            .map(column -> column.apply(cell).replaceAll("\\s", " "))
                            .collect(Collectors.joining("\t")));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String parallelism(ResultCell cell) {
        return cell.parallelism()
                + (cell.parallelismMode() == null ? "" : " " + cell.parallelismMode());
    }

    private static List<Column<ResultCell>> identity() {
        return List.of(
                Column.text("model", ResultCell::model),
                Column.text("engine", ResultCell::engine),
                Column.number("×", CellTables::parallelism),
                Column.number("cameras", cell -> Quantity.ofCount(cell.cameras())));
    }

    private static List<Column<ResultCell>> throughputColumns() {
        List<Column<ResultCell>> columns = new ArrayList<>(identity());
        columns.add(Column.number("frames/s", cell -> Quantity.of(cell.framesPerSecond())));
        columns.add(
                Column.number(
                        "rounds, min–max",
                        cell ->
                                Quantity.of(cell.framesPerSecondMin())
                                        + "–"
                                        + Quantity.of(cell.framesPerSecondMax())));
        columns.add(
                Column.number(
                        "load of latencies, frames/s",
                        cell -> Quantity.of(cell.latencyLoadFramesPerSecond())));
        columns.add(
                Column.number(
                        "p50 ms",
                        cell -> Quantity.of(known(cell.latencyMillis(), LatencyMillis::p50))));
        columns.add(
                Column.number(
                        "p95 ms",
                        cell -> Quantity.of(known(cell.latencyMillis(), LatencyMillis::p95))));
        columns.add(
                Column.number(
                        "p99 ms",
                        cell -> Quantity.of(known(cell.latencyMillis(), LatencyMillis::p99))));
        columns.add(
                Column.number(
                        "p99.9 ms",
                        cell -> Quantity.of(known(cell.latencyMillis(), LatencyMillis::p999))));
        columns.add(
                Column.number(
                        "classified p50 ms",
                        cell ->
                                Quantity.of(
                                        known(
                                                cell.classifiedLatencyMillis(),
                                                LatencyMillis::p50))));
        columns.add(
                Column.number(
                        "classified p99 ms",
                        cell ->
                                Quantity.of(
                                        known(
                                                cell.classifiedLatencyMillis(),
                                                LatencyMillis::p99))));
        return columns;
    }

    private static List<Column<ResultCell>> costColumns() {
        List<Column<ResultCell>> columns = new ArrayList<>(identity());
        columns.add(Column.number("CPU µs", cell -> Quantity.of(cell.cpuMicrosPerFrame().total())));
        columns.add(
                Column.number("network", cell -> Quantity.of(cell.cpuMicrosPerFrame().network())));
        columns.add(
                Column.number("decode", cell -> Quantity.of(cell.cpuMicrosPerFrame().decode())));
        columns.add(Column.number("kafka", cell -> Quantity.of(cell.cpuMicrosPerFrame().kafka())));
        columns.add(Column.number("other", cell -> Quantity.of(cell.cpuMicrosPerFrame().other())));
        columns.add(Column.number("mJ", cell -> Quantity.of(millijoules(cell))));
        columns.add(
                Column.text(
                        "energy",
                        cell ->
                                cell.energySource() == null
                                        ? Quantity.UNKNOWN
                                        : cell.energySource()));
        columns.add(Column.number("accuracy", cell -> Quantity.percent(cell.accuracy())));
        columns.add(
                Column.number(
                        "of frames",
                        cell ->
                                cell.accuracyFrames() == null
                                        ? Quantity.UNKNOWN
                                        : Quantity.ofCount(cell.accuracyFrames())));
        columns.add(Column.number("frames", cell -> Quantity.ofCount(cell.frames())));
        return columns;
    }

    /** What the job says of itself: its answers, and its checkpoints. */
    private static List<Column<ResultCell>> ownColumns() {
        List<Column<ResultCell>> columns = new ArrayList<>(identity());
        columns.add(
                Column.number(
                        "queue µs",
                        cell -> Quantity.of(said(cell.answerMicros(), AnswerMicros::queue))));
        columns.add(
                Column.number(
                        "decode µs",
                        cell -> Quantity.of(said(cell.answerMicros(), AnswerMicros::decode))));
        columns.add(
                Column.number(
                        "network µs",
                        cell -> Quantity.of(said(cell.answerMicros(), AnswerMicros::inference))));
        columns.add(
                Column.number(
                        "batch mean/max",
                        cell ->
                                cell.batchSize() == null
                                        ? Quantity.UNKNOWN
                                        : Quantity.of(cell.batchSize().mean())
                                                + "/"
                                                + cell.batchSize().max()));
        columns.add(
                Column.number(
                        "checkpoint ms p50/max",
                        cell ->
                                cell.checkpointMillis() == null
                                        ? Quantity.UNKNOWN
                                        : Quantity.of(cell.checkpointMillis().p50())
                                                + "/"
                                                + Quantity.of(cell.checkpointMillis().max())));
        return columns;
    }

    private static Map<String, Function<ResultCell, String>> tsvColumns() {
        Map<String, Function<ResultCell, String>> columns = new LinkedHashMap<>();
        columns.put("model", ResultCell::model);
        columns.put("variant", ResultCell::variant);
        columns.put("engine", ResultCell::engine);
        columns.put("parallelism", cell -> Integer.toString(cell.parallelism()));
        columns.put("cameras", cell -> Integer.toString(cell.cameras()));
        columns.put("framesPerSecond", cell -> Quantity.plain(cell.framesPerSecond()));
        columns.put("framesPerSecondMin", cell -> Quantity.plain(cell.framesPerSecondMin()));
        columns.put("framesPerSecondMax", cell -> Quantity.plain(cell.framesPerSecondMax()));
        columns.put(
                "cpuMicrosPerFrame.network",
                cell -> Quantity.plain(cell.cpuMicrosPerFrame().network()));
        columns.put(
                "cpuMicrosPerFrame.decode",
                cell -> Quantity.plain(cell.cpuMicrosPerFrame().decode()));
        columns.put(
                "cpuMicrosPerFrame.kafka",
                cell -> Quantity.plain(cell.cpuMicrosPerFrame().kafka()));
        columns.put(
                "cpuMicrosPerFrame.other",
                cell -> Quantity.plain(cell.cpuMicrosPerFrame().other()));
        columns.put(
                "cpuMicrosPerFrame.total",
                cell -> Quantity.plain(cell.cpuMicrosPerFrame().total()));
        columns.put(
                "compilerCpuMicrosPerFrame",
                cell -> Quantity.plain(cell.compilerCpuMicrosPerFrame()));
        columns.put(
                "brokerCpuMicrosPerFrame", cell -> Quantity.plain(cell.brokerCpuMicrosPerFrame()));
        columns.put(
                "generatorCpuMicrosPerFrame",
                cell -> Quantity.plain(cell.generatorCpuMicrosPerFrame()));
        columns.put(
                "latencyLoadFramesPerSecond",
                cell -> Quantity.plain(cell.latencyLoadFramesPerSecond()));
        putLatency(columns, "latencyMillis", ResultCell::latencyMillis);
        putLatency(columns, "classifiedLatencyMillis", ResultCell::classifiedLatencyMillis);
        columns.put("joulesPerFrame", cell -> Quantity.plain(cell.joulesPerFrame()));
        columns.put("energySource", cell -> cell.energySource() == null ? "" : cell.energySource());
        columns.put(
                "answerMicrosPerFrame.queue",
                cell -> Quantity.plain(said(cell.answerMicros(), AnswerMicros::queue)));
        columns.put(
                "answerMicrosPerFrame.decode",
                cell -> Quantity.plain(said(cell.answerMicros(), AnswerMicros::decode)));
        columns.put(
                "answerMicrosPerFrame.inference",
                cell -> Quantity.plain(said(cell.answerMicros(), AnswerMicros::inference)));
        columns.put("accuracy", cell -> Quantity.plain(cell.accuracy()));
        columns.put(
                "accuracyFrames",
                cell -> cell.accuracyFrames() == null ? "" : Long.toString(cell.accuracyFrames()));
        columns.put("frames", cell -> Long.toString(cell.frames()));
        columns.put(
                "batchSize.mean",
                cell -> cell.batchSize() == null ? "" : Quantity.plain(cell.batchSize().mean()));
        columns.put(
                "batchSize.max",
                cell -> cell.batchSize() == null ? "" : Integer.toString(cell.batchSize().max()));
        columns.put(
                "checkpointMillis.p50",
                cell ->
                        cell.checkpointMillis() == null
                                ? ""
                                : Quantity.plain(cell.checkpointMillis().p50()));
        columns.put(
                "checkpointMillis.max",
                cell ->
                        cell.checkpointMillis() == null
                                ? ""
                                : Quantity.plain(cell.checkpointMillis().max()));
        columns.put(
                "parallelismMode",
                cell -> cell.parallelismMode() == null ? "" : cell.parallelismMode());
        return columns;
    }

    private static void putLatency(
            Map<String, Function<ResultCell, String>> columns,
            String name,
            Function<ResultCell, @Nullable LatencyMillis> latency) {
        columns.put(name + ".p50", cell -> plain(latency.apply(cell), LatencyMillis::p50));
        columns.put(name + ".p95", cell -> plain(latency.apply(cell), LatencyMillis::p95));
        columns.put(name + ".p99", cell -> plain(latency.apply(cell), LatencyMillis::p99));
        columns.put(name + ".p999", cell -> plain(latency.apply(cell), LatencyMillis::p999));
    }

    private static String plain(
            @Nullable LatencyMillis latency, Function<LatencyMillis, Double> quantile) {
        return latency == null ? "" : Quantity.plain(quantile.apply(latency));
    }

    private static @Nullable Double known(
            @Nullable LatencyMillis latency, Function<LatencyMillis, Double> quantile) {
        return latency == null ? null : quantile.apply(latency);
    }

    private static @Nullable Double said(
            @Nullable AnswerMicros answers, Function<AnswerMicros, Double> part) {
        return answers == null ? null : part.apply(answers);
    }

    private static @Nullable Double millijoules(ResultCell cell) {
        return cell.joulesPerFrame() == null ? null : (Double) (1e3 * cell.joulesPerFrame());
    }
}
