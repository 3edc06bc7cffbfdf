package io.psconv.model.store;

import java.util.regex.Pattern;

/** The form of model names: they become folder names, so nothing in them can leave the store. */
final class ModelName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    private ModelName() {}

    static boolean isValid(String name) {
        return FORM.matcher(name).matches();
    }

    static String check(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "model name was '"
                            + name
                            + "' but it must be 1 to 100 lower-case letters, digits, '-', '_' or '.',"
                            + " the first a letter or digit");
        }
        return name;
    }
}
