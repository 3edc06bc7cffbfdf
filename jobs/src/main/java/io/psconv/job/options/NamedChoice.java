package io.psconv.job.options;

import java.util.Locale;

/** How options write the constants of an enum: {@code exactly-once}. */
final class NamedChoice {
    private NamedChoice() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
