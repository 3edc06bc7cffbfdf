package io.psconv.bench.report;

/** The rectangle between a plot's axes, in the units of its drawing; y grows downwards. */
record PlotArea(double left, double top, double right, double bottom) {
    double width() {
        return right - left;
    }

    double height() {
        return bottom - top;
    }
}
