package io.psconv.bench.report;

import java.util.List;

/** Where the values of an axis lie on the page. */
sealed interface Scale permits LinearScale, LogScale {
    /** The position of a value; a value outside of the axis lies on its end. */
    double at(double value);

    /** Round values to label, ascending, all on the axis. */
    List<Double> ticks();
}
