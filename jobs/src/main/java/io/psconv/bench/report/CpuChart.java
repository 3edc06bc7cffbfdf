package io.psconv.bench.report;

import io.psconv.bench.report.Drawing.Anchor;
import io.psconv.bench.report.Drawing.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** CPU time a frame, stacked by what it went into, of cells whose every part is known. */
final class CpuChart {
    /** All of the job's CPU time. */
    static final String TOTAL_MARK = "cpu";

    /** What is left without the network, and the processes around the job. */
    static final String BEYOND_MARK = "cpu-beyond";

    private static final double ROW = 20;
    private static final double BAR = 13;
    private static final double THIN_BAR = 5;
    private static final double VALUE_WIDTH = 60;
    private static final double LEAST_BAR = 0.25;

    private CpuChart() {}

    /** One bar a cell: network, decoding, Kafka, other. */
    static void drawTotal(Markup page, List<ResultCell> cells) {
        double most = cells.stream().mapToDouble(cell -> sum(parts(cell, true))).max().orElse(1);
        CellRows rows = CellRows.of(cells, Drawing.LEGEND, ROW);
        PlotArea area = area(rows);
        Scale scale = LinearScale.covering(0, most, 4, area.left(), area.right());
        Drawing drawing =
                Drawing.open(
                        page,
                        "cpu-total",
                        area.bottom() + 2 * Drawing.FONT + 12,
                        "CPU time of the job a frame",
                        "Bars of microseconds of CPU time a frame, stacked: network, decoding,"
                                + " Kafka and other. The tables have the figures.");
        drawing.bottomAxis(area, scale, "µs CPU a frame");
        drawing.legend("part-", List.of("network", "decode", "kafka", "other"));
        for (CellRows.Row row : rows.rows()) {
            drawStack(drawing, TOTAL_MARK, row, parts(row.cell(), true), scale);
            drawing.text(
                    "value",
                    scale.at(sum(parts(row.cell(), true))) + 5,
                    row.y() + BAR / 2 + 4,
                    Anchor.START,
                    Quantity.of(row.cell().cpuMicrosPerFrame().total()));
        }
        rows.drawLabels(drawing, BAR);
        drawing.close();
    }

    /** The same without the network; broker and generator below, as bars of their own. */
    static void drawBeyondNetwork(Markup page, List<ResultCell> cells) {
        double most =
                cells.stream()
                        .flatMap(
                                cell ->
                                        Stream.of(
                                                cell.cpuMicrosPerFrame().beyondNetwork(),
                                                cell.brokerCpuMicrosPerFrame(),
                                                cell.generatorCpuMicrosPerFrame()))
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(1);
        CellRows rows = CellRows.of(cells, Drawing.LEGEND, ROW + 2 * THIN_BAR);
        PlotArea area = area(rows);
        Scale scale = LinearScale.covering(0, most, 4, area.left(), area.right());
        Drawing drawing =
                Drawing.open(
                        page,
                        "cpu-beyond",
                        area.bottom() + 2 * Drawing.FONT + 12,
                        "CPU time a frame beyond the network",
                        "Bars of microseconds of CPU time a frame, stacked: decoding, Kafka and"
                                + " other. Thin bars below are the broker's and the load"
                                + " generator's, which are not part of the job.");
        drawing.bottomAxis(area, scale, "µs CPU a frame");
        drawing.legend("part-", List.of("decode", "kafka", "other", "broker", "generator"));
        for (CellRows.Row row : rows.rows()) {
            ResultCell cell = row.cell();
            drawStack(drawing, BEYOND_MARK, row, parts(cell, false), scale);
            drawThin(
                    drawing,
                    "broker",
                    cell,
                    cell.brokerCpuMicrosPerFrame(),
                    row.y() + BAR + 1,
                    area,
                    scale);
            drawThin(
                    drawing,
                    "generator",
                    cell,
                    cell.generatorCpuMicrosPerFrame(),
                    row.y() + BAR + 2 + THIN_BAR,
                    area,
                    scale);
            drawing.text(
                    "value",
                    scale.at(known(cell.cpuMicrosPerFrame().beyondNetwork())) + 5,
                    row.y() + BAR / 2 + 4,
                    Anchor.START,
                    Quantity.of(cell.cpuMicrosPerFrame().beyondNetwork()));
        }
        rows.drawLabels(drawing, BAR);
        drawing.close();
    }

    private static PlotArea area(CellRows rows) {
        return new PlotArea(
                rows.labelWidth() + 6,
                Drawing.LEGEND + 4,
                Drawing.WIDTH - VALUE_WIDTH,
                rows.bottom());
    }

    private static void drawStack(
            Drawing drawing, String kind, CellRows.Row row, List<Part> parts, Scale scale) {
        double before = 0;
        for (Part part : parts) {
            double start = scale.at(before);
            double end = scale.at(before + part.micros());
            if (part.micros() > 0) {
                drawing.bar(
                        new Mark(
                                kind,
                                "part part-" + part.name(),
                                title(row.cell(), part.name(), part.micros())),
                        start,
                        row.y(),
                        Math.max(LEAST_BAR, end - start),
                        BAR);
            }
            before += part.micros();
        }
    }

    private static void drawThin(
            Drawing drawing,
            String name,
            ResultCell cell,
            @Nullable Double micros,
            double y,
            PlotArea area,
            Scale scale) {
        if (micros != null) {
            drawing.bar(
                    new Mark("cpu-" + name, "part-" + name, title(cell, name, micros)),
                    area.left(),
                    y,
                    Math.max(LEAST_BAR, scale.at(micros) - area.left()),
                    THIN_BAR);
        }
    }

    private static String title(ResultCell cell, String name, double micros) {
        return cell.label() + ": " + name + " " + Quantity.of(micros) + " µs CPU a frame";
    }

    private static double sum(List<Part> parts) {
        return parts.stream().mapToDouble(Part::micros).sum();
    }

    private static List<Part> parts(ResultCell cell, boolean withNetwork) {
        CpuMicros cpu = cell.cpuMicrosPerFrame();
        List<Part> parts = new ArrayList<>();
        if (withNetwork) {
            parts.add(new Part("network", known(cpu.network())));
        }
        parts.add(new Part("decode", known(cpu.decode())));
        parts.add(new Part("kafka", known(cpu.kafka())));
        parts.add(new Part("other", known(cpu.other())));
        return parts;
    }

    /** Cells of which a part is not known are not drawn. */
    private static double known(@Nullable Double micros) {
        return Objects.requireNonNull(micros, "micros");
    }

    private record Part(String name, double micros) {}
}
