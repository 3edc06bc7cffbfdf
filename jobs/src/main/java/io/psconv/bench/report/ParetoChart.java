package io.psconv.bench.report;

import io.psconv.bench.report.Drawing.Mark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy of cells over what a frame costs; the area of a mark is its throughput.
 *
 * @param id of the drawing on its page
 * @param cost what the cost is, and how it is known
 * @param unit of the cost
 * @param points cells whose cost and accuracy are known, all costs from one source
 */
record ParetoChart(String id, String cost, String unit, List<Point> points) {
    static final String MARK = "pareto";

    private static final PlotArea AREA = new PlotArea(46, 28, Drawing.WIDTH - 18, 270);
    private static final double HEIGHT = AREA.bottom() + 2 * Drawing.FONT + 12;
    private static final double LARGEST_RADIUS = 13;
    private static final double LEAST_RADIUS = 1.5;
    private static final double MOST_LINEAR_RATIO = 20;
    private static final double LEAST_RANGE = 0.5;

    ParetoChart {
        points = List.copyOf(points);
    }

    /**
     * The cells that can be laid beside each other: those of known accuracy, at the parallelism and
     * cameras that most of them have; of several, the least parallelism, then the fewest cameras.
     */
    static List<ResultCell> comparable(List<ResultCell> cells) {
        return cells.stream()
                .filter(cell -> cell.accuracy() != null)
                .collect(Collectors.groupingBy(ResultCell::axes))
                .values()
                .stream()
                .max(
                        Comparator.<List<ResultCell>>comparingInt(List::size)
                                .thenComparingInt(setting -> -setting.get(0).parallelism())
                                .thenComparingInt(setting -> -setting.get(0).cameras()))
                .orElse(List.of());
    }

    /** A chart of the joules that come from one source. */
    static ParetoChart ofEnergy(String source, List<ResultCell> cells) {
        return of(
                "pareto-" + source,
                source.equals(ResultCell.MODELLED)
                        ? "energy, modelled"
                        : "energy, measured by " + source,
                "mJ a frame",
                cells,
                cell ->
                        source.equals(cell.ownEnergySource()) && cell.joulesPerFrame() != null
                                ? (Double) (1e3 * cell.joulesPerFrame())
                                : null);
    }

    /** A chart of CPU time, of the cells whose processes could be measured. */
    static ParetoChart ofCpu(List<ResultCell> cells) {
        return of(
                "pareto-cpu",
                "CPU time, measured",
                "µs CPU a frame",
                cells,
                cell -> cell.cpuMicrosPerFrame().total());
    }

    private static ParetoChart of(
            String id,
            String cost,
            String unit,
            List<ResultCell> cells,
            Function<ResultCell, @Nullable Double> costOf) {
        List<Point> points = new ArrayList<>();
        for (ResultCell cell : cells) {
            @Nullable Double value = costOf.apply(cell);
            @Nullable Double accuracy = cell.accuracy();
            if (value != null && accuracy != null) {
                points.add(new Point(cell, value, accuracy));
            }
        }
        return new ParetoChart(id, cost, unit, points);
    }

    /** Draws it, and below it the names that had no room. */
    void draw(Markup page) {
        Scale costs = costs();
        Scale accuracies = accuracies();
        Drawing drawing =
                Drawing.open(
                        page,
                        id,
                        HEIGHT,
                        "Accuracy against " + cost,
                        "Circles are sparse models, squares are dense ones; areas are"
                                + " proportional to frames a second. The stepped line joins those"
                                + " that nothing beats in cost and accuracy; filled marks are those"
                                + " that nothing beats in cost, accuracy and frames a second.");
        drawing.leftAxis(AREA, accuracies, "accuracy, %");
        drawing.bottomAxis(AREA, costs, unit);
        List<double[]> front = front(costs, accuracies);
        drawing.polyline("front", front);
        List<String> left = drawPoints(drawing, costs, accuracies, front);
        drawing.close();
        if (!left.isEmpty()) {
            page.element("p", String.join("; ", left), "class", "key");
        }
    }

    private Scale costs() {
        double least = points.stream().mapToDouble(Point::cost).min().orElse(0);
        double most = points.stream().mapToDouble(Point::cost).max().orElse(1);
        return least > 0 && most / least > MOST_LINEAR_RATIO
                ? LogScale.covering(least * 0.8, most * 1.25, AREA.left(), AREA.right())
                : LinearScale.covering(0, most * 1.1, 5, AREA.left(), AREA.right());
    }

    private Scale accuracies() {
        double least = 100 * points.stream().mapToDouble(Point::accuracy).min().orElse(0);
        double most = 100 * points.stream().mapToDouble(Point::accuracy).max().orElse(1);
        // Room for the marks: a hair's breadth between models shall not look like an abyss.
        double margin = Math.max(LEAST_RANGE, (most - least) * 0.2);
        return LinearScale.covering(
                Math.max(0, least - margin),
                Math.min(100, most + margin),
                5,
                AREA.bottom(),
                AREA.top());
    }

    /** Corners of the steps that join what nothing beats. */
    private List<double[]> front(Scale costs, Scale accuracies) {
        List<double[]> steps = new ArrayList<>();
        double y = AREA.bottom();
        for (Point point : ParetoFront.ofCostAndAccuracy(points)) {
            double x = costs.at(point.cost());
            steps.add(new double[] {x, y});
            y = accuracies.at(100 * point.accuracy());
            steps.add(new double[] {x, y});
        }
        steps.add(new double[] {AREA.right(), y});
        return steps;
    }

    private List<String> drawPoints(
            Drawing drawing, Scale costs, Scale accuracies, List<double[]> front) {
        double fastest = points.stream().mapToDouble(Point::throughput).max().orElse(1);
        LabelPlacer placer =
                new LabelPlacer(
                        new PlotArea(
                                AREA.left() + 2, AREA.top(), Drawing.WIDTH, AREA.bottom() - 2));
        for (int i = 1; i < front.size(); i++) {
            placer.take(around(front.get(i - 1), front.get(i)));
        }
        List<Spot> spots = new ArrayList<>();
        List<String> names = names(points.stream().map(Point::cell).toList());
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            double radius =
                    fastest == 0
                            ? LEAST_RADIUS
                            : Math.max(
                                    LEAST_RADIUS,
                                    LARGEST_RADIUS * Math.sqrt(point.throughput() / fastest));
            Spot spot =
                    new Spot(
                            point,
                            names.get(i),
                            costs.at(point.cost()),
                            accuracies.at(100 * point.accuracy()),
                            radius);
            placer.take(spot.box());
            spots.add(spot);
        }
        // Large ones first, so that none hides a small one.
        spots.stream()
                .sorted(Comparator.comparingDouble(Spot::radius).reversed())
                .forEach(
                        spot ->
                                spot.draw(
                                        drawing,
                                        ParetoFront.isDominated(spot.point(), points),
                                        unit));
        List<String> left = new ArrayList<>();
        for (Spot spot : spots) {
            if (!spot.drawName(drawing, placer, spot.name())) {
                String number = Integer.toString(left.size() + 1);
                boolean numbered = spot.drawName(drawing, placer, number);
                left.add((numbered ? number : "not named in the plot") + ": " + spot.name());
            }
        }
        return left;
    }

    private static PlotArea around(double[] from, double[] to) {
        return new PlotArea(
                Math.min(from[0], to[0]) - 1,
                Math.min(from[1], to[1]) - 1,
                Math.max(from[0], to[0]) + 1,
                Math.max(from[1], to[1]) + 1);
    }

    /** As short as tells the cells apart. */
    private static List<String> names(List<ResultCell> cells) {
        Set<@Nullable String> networks =
                cells.stream().map(ResultCell::network).collect(Collectors.toSet());
        boolean oneNetwork = networks.size() == 1 && !networks.contains(null);
        boolean oneEngine = cells.stream().map(ResultCell::engine).distinct().count() == 1;
        List<Function<ResultCell, String>> forms =
                List.of(
                        cell ->
                                (oneNetwork ? cell.variant() : cell.model())
                                        + (oneEngine ? "" : " " + cell.engine()),
                        ResultCell::subject);
        for (Function<ResultCell, String> form : forms) {
            List<String> names = cells.stream().map(form).toList();
            if (Set.copyOf(names).size() == names.size()) {
                return names;
            }
        }
        return cells.stream().map(ResultCell::label).toList();
    }

    /**
     * A cell in the plot.
     *
     * @param cost in the plot's unit
     * @param accuracy 0 to 1
     */
    record Point(ResultCell cell, double cost, double accuracy) implements ParetoFront.Choice {
        @Override
        public double throughput() {
            return cell.framesPerSecond();
        }
    }

    /** A cell's mark. */
    private record Spot(Point point, String name, double x, double y, double radius) {
        PlotArea box() {
            return new PlotArea(x - radius, y - radius, x + radius, y + radius);
        }

        void draw(Drawing drawing, boolean dominated, String unit) {
            ResultCell cell = point.cell();
            Mark mark =
                    new Mark(
                            MARK,
                            (cell.isSparse() ? "sparse" : "dense")
                                    + (dominated ? " dominated" : ""),
                            cell.label()
                                    + ": "
                                    + Quantity.percent(point.accuracy())
                                    + " accuracy at "
                                    + Quantity.of(point.cost())
                                    + " "
                                    + unit
                                    + ", "
                                    + Quantity.of(cell.framesPerSecond())
                                    + " frames/s");
            if (cell.isSparse()) {
                drawing.circle(mark, x, y, radius);
            } else {
                // Of the circle's area.
                drawing.square(mark, x, y, radius * Math.sqrt(Math.PI));
            }
        }

        boolean drawName(Drawing drawing, LabelPlacer placer, String text) {
            LabelPlacer.@Nullable Place place = placer.place(text, x, y, radius);
            if (place == null) {
                return false;
            }
            drawing.text("name", place.x(), place.y(), place.anchor(), text);
            return true;
        }
    }
}
