package io.psconv.operator.record;

import java.util.regex.Pattern;

/** The form of route names: they stand in records, meters and commands. */
final class RouteName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private RouteName() {}

    static void check(String name) {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "route was '"
                            + name
                            + "' but it must be 1 to 64 lower-case letters, digits, '-', '_' or"
                            + " '.', the first a letter or digit");
        }
    }
}
