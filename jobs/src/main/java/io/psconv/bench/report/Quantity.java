package io.psconv.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as people read them: three digits, thousands grouped, a dash for what is unknown. */
final class Quantity {
    static final String UNKNOWN = "–";

    private static final MathContext THREE_DIGITS = new MathContext(3);
    private static final double LEAST_PLAIN = 1e-4;

    private Quantity() {}

    /** Three significant digits, or all whole ones. */
    static String of(double value) {
        double size = Math.abs(value);
        if (size >= 99.95) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (size == 0) {
            return "0";
        }
        if (size < LEAST_PLAIN) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        return BigDecimal.valueOf(value).round(THREE_DIGITS).stripTrailingZeros().toPlainString();
    }

    static String of(@Nullable Double value) {
        return value == null ? UNKNOWN : of(value.doubleValue());
    }

    /** A whole number, thousands grouped. */
    static String ofCount(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A label of an axis: the shortest form of a round number, such as 250, 0.05 or 20k. */
    static String ofTick(double value) {
        double size = Math.abs(value);
        if (size >= 1e9 || (size > 0 && size < LEAST_PLAIN)) {
            return String.format(Locale.ROOT, "%.0e", value);
        }
        if (size >= 1e6) {
            return shortest(value / 1e6) + "M";
        }
        return size >= 1e4 ? shortest(value / 1e3) + "k" : shortest(value);
    }

    private static String shortest(double value) {
        BigDecimal exact = BigDecimal.valueOf(value).round(new MathContext(6)).stripTrailingZeros();
        return String.format(Locale.ROOT, "%,." + Math.max(0, exact.scale()) + "f", exact);
    }

    /** All digits, for machines. */
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    static String plain(@Nullable Double value) {
        return value == null ? "" : plain(value.doubleValue());
    }

    /** Of a share from 0 to 1. */
    static String percent(@Nullable Double share) {
        return share == null ? UNKNOWN : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** How often one value holds another; a dash where that has no answer. */
    static String ratio(double value, double base) {
        return base > 0 ? String.format(Locale.ROOT, "%.2f", value / base) : UNKNOWN;
    }
}
