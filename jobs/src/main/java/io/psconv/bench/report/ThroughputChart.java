package io.psconv.bench.report;

import io.psconv.bench.report.Drawing.Anchor;
import io.psconv.bench.report.Drawing.Mark;
import java.util.List;

/** Sustained throughput of each cell as a bar, with the rounds' range. */
final class ThroughputChart {
    static final String MARK = "throughput";

    private static final double ROW = 20;
    private static final double BAR = 13;
    private static final double VALUE_WIDTH = 60;
    private static final double LEAST_BAR = 0.5;

    private ThroughputChart() {}

    static void draw(Markup page, List<ResultCell> cells) {
        CellRows rows = CellRows.of(cells, Drawing.LEGEND, ROW);
        PlotArea area =
                new PlotArea(
                        rows.labelWidth() + 6,
                        Drawing.LEGEND + 4,
                        Drawing.WIDTH - VALUE_WIDTH,
                        rows.bottom());
        double most = cells.stream().mapToDouble(ResultCell::framesPerSecondMax).max().orElse(1);
        Scale scale = LinearScale.covering(0, most, 4, area.left(), area.right());
        Drawing drawing =
                Drawing.open(
                        page,
                        "throughput",
                        area.bottom() + 2 * Drawing.FONT + 12,
                        "Sustained throughput of each cell",
                        "Bars of frames a second, the median of the rounds, with a line from the"
                                + " slowest to the fastest round. The tables have the figures.");
        drawing.bottomAxis(area, scale, "frames/s");
        drawing.legend("", List.of("sparse", "dense"));
        for (CellRows.Row row : rows.rows()) {
            drawRow(drawing, row, area, scale);
        }
        rows.drawLabels(drawing, BAR);
        drawing.close();
    }

    private static void drawRow(Drawing drawing, CellRows.Row row, PlotArea area, Scale scale) {
        ResultCell cell = row.cell();
        double end = scale.at(cell.framesPerSecond());
        drawing.bar(
                new Mark(
                        MARK,
                        cell.isSparse() ? "sparse" : "dense",
                        cell.label()
                                + ": "
                                + Quantity.of(cell.framesPerSecond())
                                + " frames/s, rounds "
                                + Quantity.of(cell.framesPerSecondMin())
                                + " to "
                                + Quantity.of(cell.framesPerSecondMax())),
                area.left(),
                row.y(),
                Math.max(LEAST_BAR, end - area.left()),
                BAR);
        double middle = row.y() + BAR / 2;
        double low = scale.at(cell.framesPerSecondMin());
        double high = scale.at(cell.framesPerSecondMax());
        drawing.line("whisker", low, middle, high, middle);
        drawing.line("whisker", low, middle - 4, low, middle + 4);
        drawing.line("whisker", high, middle - 4, high, middle + 4);
        drawing.text(
                "value", high + 5, middle + 4, Anchor.START, Quantity.of(cell.framesPerSecond()));
    }
}
