package io.psconv.bench.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;

/**
 * One SVG of a page, {@value #WIDTH} units wide: a narrow screen shows it at about its own size, a
 * wide one shows two beside each other, so that its letters can be read on both.
 *
 * <p>Colours are classes of the page's style sheet. Shapes that stand for a figure carry {@code
 * data-mark} with their kind and a title with the figure.
 */
final class Drawing {
    static final double WIDTH = 400;

    /** Of letters, by the style sheet. */
    static final double FONT = 12;

    /** Height of a legend along the upper edge. */
    static final double LEGEND = 22;

    /** Width of a wide font's mean letter over its height. */
    private static final double LETTER = 0.64;

    private static final double TICK_GAP = 5;

    private final Markup page;

    private Drawing(Markup page) {
        this.page = page;
    }

    /** Starts a drawing; {@code id} is its own on the page. */
    static Drawing open(Markup page, String id, double height, String title, String description) {
        page.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + number(WIDTH) + " " + number(height),
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-description");
        page.element("title", title, "id", id + "-title");
        page.element("desc", description, "id", id + "-description");
        return new Drawing(page);
    }

    void close() {
        page.close();
    }

    void line(String style, double x1, double y1, double x2, double y2) {
        page.empty(
                "line",
                "class",
                style,
                "x1",
                number(x1),
                "y1",
                number(y1),
                "x2",
                number(x2),
                "y2",
                number(y2));
    }

    void text(String style, double x, double y, Anchor anchor, String text) {
        page.element(
                "text",
                text,
                "class",
                style,
                "x",
                number(x),
                "y",
                number(y),
                "text-anchor",
                anchor.value);
    }

    /** A bar that stands for a figure. */
    void bar(Mark mark, double x, double y, double width, double height) {
        page.open(
                        "rect",
                        "class",
                        mark.style(),
                        "data-mark",
                        mark.kind(),
                        "x",
                        number(x),
                        "y",
                        number(y),
                        "width",
                        number(width),
                        "height",
                        number(height))
                .element("title", mark.title())
                .close();
    }

    /** Names colours along the upper edge; classes are the names behind {@code prefix}. */
    void legend(String prefix, List<String> names) {
        double x = 1;
        for (String name : names) {
            page.empty(
                    "rect",
                    "class",
                    prefix + name,
                    "x",
                    number(x),
                    "y",
                    "2",
                    "width",
                    "10",
                    "height",
                    "10");
            text("legend", x + 14, 11, Anchor.START, name);
            x += 14 + widthOf(name) + 6;
        }
    }

    /** A square around a point that stands for figures. */
    void square(Mark mark, double x, double y, double side) {
        bar(mark, x - side / 2, y - side / 2, side, side);
    }

    void circle(Mark mark, double x, double y, double radius) {
        page.open(
                        "circle",
                        "class",
                        mark.style(),
                        "data-mark",
                        mark.kind(),
                        "cx",
                        number(x),
                        "cy",
                        number(y),
                        "r",
                        number(radius))
                .element("title", mark.title())
                .close();
    }

    /** A line through points of x and y. */
    void polyline(String style, Collection<double[]> points) {
        if (points.size() < 2) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (double[] point : points) {
            path.append(path.isEmpty() ? "M" : "L")
                    .append(number(point[0]))
                    .append(' ')
                    .append(number(point[1]));
        }
        page.empty("path", "class", style, "d", path.toString());
    }

    /** Grid, labels and title of the axis below a plot. */
    void bottomAxis(PlotArea area, Scale scale, String title) {
        List<Double> ticks = scale.ticks();
        for (double tick : ticks) {
            double x = scale.at(tick);
            line("grid", x, area.top(), x, area.bottom());
            text("tick", x, area.bottom() + FONT + 3, Anchor.MIDDLE, Quantity.ofTick(tick));
        }
        line("axis", area.left(), area.bottom(), area.right(), area.bottom());
        text("axis-title", area.right(), area.bottom() + 2 * FONT + 6, Anchor.END, title);
    }

    /** Grid and labels of the axis left of a plot, its title above it. */
    void leftAxis(PlotArea area, Scale scale, String title) {
        for (double tick : scale.ticks()) {
            double y = scale.at(tick);
            line("grid", area.left(), y, area.right(), y);
            text("tick", area.left() - TICK_GAP, y + 4, Anchor.END, Quantity.ofTick(tick));
        }
        line("axis", area.left(), area.top(), area.left(), area.bottom());
        text("axis-title", 0, area.top() - 10, Anchor.START, title);
    }

    /** About how wide a text becomes, rather too much than too little. */
    static double widthOf(String text) {
        return text.codePointCount(0, text.length()) * FONT * LETTER;
    }

    /** As much of a text as fits, with an ellipsis where some is cut. */
    static String fitting(String text, double width) {
        int letters = (int) (width / (FONT * LETTER));
        if (text.codePointCount(0, text.length()) <= letters) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, Math.max(0, letters - 1))) + "…";
    }

    /** A coordinate, to a hundredth. */
    static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /**
     * A shape that stands for a figure.
     *
     * @param kind what tests and scripts find it by
     * @param style its classes
     * @param title the figure in words
     */
    record Mark(String kind, String style, String title) {}

    /** Which end of a text lies at its point. */
    enum Anchor {
        START("start"),
        MIDDLE("middle"),
        END("end");

        private final String value;

        Anchor(String value) {
            this.value = value;
        }
    }
}
