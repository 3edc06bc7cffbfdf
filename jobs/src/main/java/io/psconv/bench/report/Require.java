package io.psconv.bench.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rules that members of a results file keep; each failure names member, value and rule. */
final class Require {
    private static final int MOST_CHARACTERS = 4_000;

    private Require() {}

    /** A number from {@code least} on, never NaN or infinite. */
    static double atLeast(String member, double value, double least) {
        if (!(value >= least) || Double.isInfinite(value)) {
            throw wrong(member, value, "a finite number of at least " + Quantity.plain(least));
        }
        return value;
    }

    static @Nullable Double atLeastIfKnown(String member, @Nullable Double value, double least) {
        return value == null ? null : (Double) atLeast(member, value, least);
    }

    static long atLeast(String member, long value, long least) {
        if (value < least) {
            throw wrong(member, value, "a whole number of at least " + least);
        }
        return value;
    }

    static double between(String member, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw wrong(
                    member,
                    value,
                    "between " + Quantity.plain(least) + " and " + Quantity.plain(most));
        }
        return value;
    }

    /** Two members, the first of which may not be larger. */
    static void ordered(String lower, double low, String upper, double high) {
        if (low > high) {
            throw wrong(lower, low, "at most " + upper + ", which was '" + high + "'");
        }
    }

    static String text(String member, String value) {
        if (value.isBlank() || value.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s had %,d characters but it must have 1 to %,d that are not all"
                                    + " white space",
                            member,
                            value.length(),
                            MOST_CHARACTERS));
        }
        return value;
    }

    static IllegalArgumentException wrong(String member, Object value, String rule) {
        return new IllegalArgumentException(member + " was '" + value + "' but it must be " + rule);
    }
}
