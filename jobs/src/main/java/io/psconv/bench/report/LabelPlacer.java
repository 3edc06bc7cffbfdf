package io.psconv.bench.report;

import io.psconv.bench.report.Drawing.Anchor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds room for labels beside their marks, where nothing else is. */
final class LabelPlacer {
    private static final double GAP = 4;

    private final PlotArea area;
    private final List<PlotArea> taken = new ArrayList<>();

    /**
     * @param area that no label may leave
     */
    LabelPlacer(PlotArea area) {
        this.area = area;
    }

    /** Keeps labels off a rectangle. */
    void take(PlotArea box) {
        taken.add(box);
    }

    /**
     * Finds room around a mark and takes it.
     *
     * @param radius of the mark
     * @return null where there is none
     */
    @Nullable Place place(String text, double x, double y, double radius) {
        double width = Drawing.widthOf(text);
        double away = radius + GAP;
        double middle = y + Drawing.FONT / 3;
        double above = y - away;
        double below = y + away + Drawing.FONT * 0.75;
        List<Place> places =
                List.of(
                        new Place(x + away, middle, Anchor.START),
                        new Place(x - away, middle, Anchor.END),
                        new Place(x, above, Anchor.MIDDLE),
                        new Place(x, below, Anchor.MIDDLE),
                        new Place(x + GAP, above, Anchor.START),
                        new Place(x + GAP, below, Anchor.START),
                        new Place(x - GAP, above, Anchor.END),
                        new Place(x - GAP, below, Anchor.END));
        for (Place place : places) {
            PlotArea box = place.box(width);
            if (isInside(box) && taken.stream().noneMatch(other -> overlap(box, other))) {
                taken.add(box);
                return place;
            }
        }
        return null;
    }

    private boolean isInside(PlotArea box) {
        return box.left() >= area.left()
                && box.right() <= area.right()
                && box.top() >= area.top()
                && box.bottom() <= area.bottom();
    }

    private static boolean overlap(PlotArea one, PlotArea other) {
        return one.left() < other.right()
                && other.left() < one.right()
                && one.top() < other.bottom()
                && other.top() < one.bottom();
    }

    /**
     * Where a label stands.
     *
     * @param y of its letters' feet
     */
    record Place(double x, double y, Anchor anchor) {
        private PlotArea box(double width) {
            double left =
                    switch (anchor) {
                        case START -> x;
                        case MIDDLE -> x - width / 2;
                        case END -> x - width;
                    };
            return new PlotArea(left - 2, y - Drawing.FONT * 0.85, left + width + 2, y + 3);
        }
    }
}
