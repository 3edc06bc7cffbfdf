package io.psconv.bench.report;

import io.psconv.bench.report.Drawing.Anchor;
import io.psconv.bench.report.Drawing.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Latency of a cell over the load it was offered. All cells' charts have the same axes, so that one
 * can be laid beside another.
 */
final class LatencyChart {
    static final String MARK = "latency";

    private static final PlotArea AREA = new PlotArea(46, 28, Drawing.WIDTH - 36, 190);
    private static final double HEIGHT = AREA.bottom() + 2 * Drawing.FONT + 12;

    /** Loads further apart than this are shown on a logarithmic axis. */
    private static final double MOST_LINEAR_RATIO = 20;

    /** Loads less far apart than this are one load, offered in several rounds. */
    private static final double SAME_LOAD = 1.03;

    private static final double LEAST_MILLIS = 0.01;
    private static final double LABEL_DISTANCE = 13;

    private final Scale loads;
    private final Scale latencies;

    private LatencyChart(Scale loads, Scale latencies) {
        this.loads = loads;
        this.latencies = latencies;
    }

    /** Axes for all these cells, or null where none has a load with a latency. */
    static @Nullable LatencyChart forAll(List<ResultCell> cells) {
        List<LoadPoint> points = cells.stream().flatMap(LatencyChart::points).toList();
        if (points.isEmpty()) {
            return null;
        }
        double mostLoad =
                Stream.concat(
                                points.stream().map(LoadPoint::offeredFramesPerSecond),
                                cells.stream()
                                        .filter(LatencyChart::isShown)
                                        .map(ResultCell::framesPerSecond))
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(1);
        double leastLoad =
                points.stream().mapToDouble(LoadPoint::offeredFramesPerSecond).min().orElse(0);
        boolean logarithmic = leastLoad > 0 && mostLoad / leastLoad > MOST_LINEAR_RATIO;
        double[] millis =
                points.stream()
                        .map(LoadPoint::latencyMillis)
                        .filter(latency -> latency != null)
                        .flatMapToDouble(
                                latency ->
                                        java.util.stream.DoubleStream.of(
                                                latency.p50(), latency.p99()))
                        .map(value -> Math.max(LEAST_MILLIS, value))
                        .sorted()
                        .toArray();
        return new LatencyChart(
                logarithmic
                        ? LogScale.covering(leastLoad, mostLoad, AREA.left(), AREA.right())
                        : LinearScale.covering(0, mostLoad, 5, AREA.left(), AREA.right()),
                LogScale.covering(millis[0], millis[millis.length - 1], AREA.bottom(), AREA.top()));
    }

    static boolean isShown(ResultCell cell) {
        return points(cell).findAny().isPresent();
    }

    private static Stream<LoadPoint> points(ResultCell cell) {
        return cell.points().stream().filter(point -> point.latencyMillis() != null);
    }

    void draw(Markup page, String id, ResultCell cell) {
        Drawing drawing =
                Drawing.open(
                        page,
                        id,
                        HEIGHT,
                        "Latency of " + cell.label() + " over the offered load",
                        "Median and 99th percentile in milliseconds, on a logarithmic axis, from"
                                + " the scheduled arrival until the answer is committed; hollow"
                                + " marks are loads that were not sustained.");
        drawing.leftAxis(AREA, latencies, "ms");
        drawing.bottomAxis(AREA, loads, "offered frames/s");
        drawLimit(drawing, cell);
        List<LoadPoint> points = points(cell).toList();
        List<double[]> medians = drawCurve(drawing, "p50", points, cell, LatencyMillis::p50);
        List<double[]> tails = drawCurve(drawing, "p99", points, cell, LatencyMillis::p99);
        drawNames(drawing, medians.get(medians.size() - 1), tails.get(tails.size() - 1));
        drawing.close();
    }

    private void drawLimit(Drawing drawing, ResultCell cell) {
        double x = loads.at(cell.framesPerSecond());
        drawing.line("limit", x, AREA.top() - 4, x, AREA.bottom());
        boolean left = x > (AREA.left() + AREA.right()) / 2;
        drawing.text(
                "note",
                left ? Math.min(x + 4, Drawing.WIDTH) : Math.max(x - 4, AREA.left()),
                AREA.top() - 10,
                left ? Anchor.END : Anchor.START,
                "sustains " + Quantity.of(cell.framesPerSecond()) + " frames/s");
    }

    private List<double[]> drawCurve(
            Drawing drawing,
            String name,
            List<LoadPoint> points,
            ResultCell cell,
            ToDoubleFunction<LatencyMillis> quantile) {
        List<double[]> curve =
                groups(points).stream()
                        .map(
                                group ->
                                        new double[] {
                                            loads.at(
                                                    median(
                                                            group,
                                                            LoadPoint::offeredFramesPerSecond)),
                                            latencies.at(
                                                    median(group, point -> millis(point, quantile)))
                                        })
                        .toList();
        drawing.polyline("curve " + name, curve);
        for (LoadPoint point : points) {
            drawing.circle(
                    new Mark(
                            MARK,
                            "point " + name + (point.sustained() ? "" : " unsustained"),
                            cell.label()
                                    + ": "
                                    + name
                                    + " "
                                    + Quantity.of(millis(point, quantile))
                                    + " ms at "
                                    + Quantity.of(point.offeredFramesPerSecond())
                                    + " frames/s offered"
                                    + (point.sustained() ? "" : ", not sustained")),
                    loads.at(point.offeredFramesPerSecond()),
                    latencies.at(millis(point, quantile)),
                    3.5);
        }
        return curve;
    }

    /** Loads that rounds had in common, or nearly: the curve goes through their medians. */
    private static List<List<LoadPoint>> groups(List<LoadPoint> points) {
        List<List<LoadPoint>> groups = new ArrayList<>();
        double first = -1;
        for (LoadPoint point : points) {
            if (groups.isEmpty() || point.offeredFramesPerSecond() > first * SAME_LOAD) {
                first = point.offeredFramesPerSecond();
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(point);
        }
        return groups;
    }

    private static double median(List<LoadPoint> points, ToDoubleFunction<LoadPoint> figure) {
        double[] sorted = points.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double millis(LoadPoint point, ToDoubleFunction<LatencyMillis> quantile) {
        @Nullable LatencyMillis latency = point.latencyMillis();
        return latency == null ? 0 : quantile.applyAsDouble(latency);
    }

    /** Names the curves at their ends, apart even where the ends meet. */
    private static void drawNames(Drawing drawing, double[] median, double[] tail) {
        double middle = (median[1] + tail[1]) / 2;
        double half = Math.max(LABEL_DISTANCE, median[1] - tail[1]) / 2;
        drawing.text("name p99", tail[0] + 7, middle - half + 4, Anchor.START, "p99");
        drawing.text("name p50", median[0] + 7, middle + half + 4, Anchor.START, "p50");
    }
}
