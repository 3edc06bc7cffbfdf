package io.psconv.model.training;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Loss and accuracy by epoch as a picture: SVG that needs nothing but itself, light or dark as the
 * reader's system is.
 */
public final class LearningCurve {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 64;
    private static final int RIGHT = 64;
    private static final int TOP = 64;
    private static final int BOTTOM = 56;
    private static final int TICKS = 5;
    private static final String STYLE =
            """
            <style>
            svg { background: #ffffff; font: 13px sans-serif }
            text { fill: #24292f }
            .title { font-size: 16px }
            .grid { stroke: #d0d7de; stroke-width: 1 }
            polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
            .loss { stroke: #9a6700 }
            .train { stroke: #0969da; stroke-dasharray: 5 4 }
            .test { stroke: #1a7f37 }
            text.loss, text.train, text.test { stroke: none }
            text.loss { fill: #9a6700 }
            text.train { fill: #0969da }
            text.test { fill: #1a7f37 }
            circle.loss { fill: #9a6700 }
            circle.train { fill: #0969da }
            circle.test { fill: #1a7f37 }
            @media (prefers-color-scheme: dark) {
            svg { background: #0d1117 }
            text { fill: #e6edf3 }
            .grid { stroke: #30363d }
            .loss { stroke: #e3b341 }
            .train { stroke: #58a6ff }
            .test { stroke: #3fb950 }
            text.loss { fill: #e3b341 }
            text.train { fill: #58a6ff }
            text.test { fill: #3fb950 }
            circle.loss { fill: #e3b341 }
            circle.train { fill: #58a6ff }
            circle.test { fill: #3fb950 }
            }
            </style>
            """;

    private final List<EpochRecord> history;
    private final double epochs;
    private final double mostLoss;
    private final StringBuilder svg = new StringBuilder();

    private LearningCurve(List<EpochRecord> history) {
        this.history = history;
        this.epochs = history.stream().mapToDouble(EpochRecord::epochs).max().orElse(1);
        double most = history.stream().mapToDouble(EpochRecord::loss).max().orElse(1);
        this.mostLoss = Math.max(0.5, Math.ceil(most * 2) / 2);
    }

    /**
     * Draws a history.
     *
     * @param title said above; the last test accuracy follows it
     */
    public static String draw(String title, List<EpochRecord> history) {
        return new LearningCurve(history).draw(title);
    }

    private String draw(String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                        + " height=\"%d\" role=\"img\">%n",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        String accuracy =
                history.stream()
                        .filter(EpochRecord::isEvaluated)
                        .reduce((earlier, later) -> later)
                        .map(
                                last ->
                                        String.format(
                                                Locale.ROOT,
                                                ": %.2f %%",
                                                100 * last.testAccuracy()))
                        .orElse("");
        String heading = escaped(title + accuracy);
        add("<title>%s</title>%n", heading);
        svg.append(STYLE);
        text("title", WIDTH / 2.0, 26, "middle", heading);
        legend();
        grid();
        curve("loss", EpochRecord::loss, mostLoss);
        curve("train", EpochRecord::trainAccuracy, 1);
        curve("test", EpochRecord::testAccuracy, 1);
        svg.append("</svg>\n");
        return svg.toString();
    }

    private void legend() {
        text("loss", LEFT, 50, "start", "training loss, nats (left)");
        text("train", WIDTH / 2.0, 50, "middle", "training accuracy, % (right)");
        text("test", WIDTH - (double) RIGHT, 50, "end", "test accuracy, % (right)");
    }

    private void grid() {
        for (int tick = 0; tick <= TICKS; tick++) {
            double share = (double) tick / TICKS;
            double y = y(share);
            add(
                    "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>%n",
                    LEFT, y, WIDTH - RIGHT, y);
            text("axis", LEFT - 8.0, y + 4, "end", number(share * mostLoss));
            text("axis", WIDTH - RIGHT + 8.0, y + 4, "start", number(share * 100));
        }
        double step = epochStep();
        for (int tick = 0; tick * step <= epochs; tick++) {
            text("axis", x(tick * step), HEIGHT - BOTTOM + 20.0, "middle", number(tick * step));
        }
        text("axis", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14.0, "middle", "epochs");
    }

    /** Between the epochs that are named: a round number, so that they are {@link #TICKS} or so. */
    private double epochStep() {
        double magnitude = Math.pow(10, Math.floor(Math.log10(epochs / TICKS)));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * magnitude * TICKS >= epochs) {
                return factor * magnitude;
            }
        }
        return 10 * magnitude;
    }

    private void curve(String name, ToDoubleFunction<EpochRecord> value, double most) {
        List<EpochRecord> known =
                history.stream()
                        .filter(epoch -> !Double.isNaN(value.applyAsDouble(epoch)))
                        .toList();
        if (known.isEmpty()) {
            return;
        }
        add("<polyline class=\"%s\" points=\"", name);
        for (EpochRecord epoch : known) {
            add("%.1f,%.1f ", x(epoch.epochs()), y(value.applyAsDouble(epoch) / most));
        }
        svg.append("\"/>\n");
        // A line of one point shows nothing.
        EpochRecord last = known.get(known.size() - 1);
        add(
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>%n",
                name, x(last.epochs()), y(value.applyAsDouble(last) / most));
    }

    private void text(String style, double x, double y, String anchor, String words) {
        add(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                style, x, y, anchor, words);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
    }

    private double x(double epoch) {
        return LEFT + epoch / epochs * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(3, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
