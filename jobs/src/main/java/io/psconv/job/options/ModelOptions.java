package io.psconv.job.options;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The model that a job starts with.
 *
 * @param store folder of the model store
 * @param name name in the store
 * @param version version in the store; empty for the newest
 */
public record ModelOptions(String store, String name, OptionalInt version) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9][a-z0-9._-]*)(?:@(\\d{1,9}))?");

    /**
     * Reads {@code name} or {@code name@version}.
     *
     * @param key option to name in errors
     */
    public static ModelOptions parse(String key, String store, String model) {
        Matcher matcher = FORM.matcher(model.strip());
        if (matcher.matches()) {
            if (matcher.group(2) == null) {
                return new ModelOptions(store, matcher.group(1), OptionalInt.empty());
            }
            int version = Integer.parseInt(matcher.group(2));
            if (version >= 1) {
                return new ModelOptions(store, matcher.group(1), OptionalInt.of(version));
            }
        }
        throw new IllegalArgumentException(
                key
                        + " was '"
                        + model
                        + "' but it must be a name in lower case or name@version, for example"
                        + " resnet18-psd1_p16@1");
    }

    /** {@code name} or {@code name@version}. */
    public String reference() {
        return version.isPresent() ? name + "@" + version.getAsInt() : name;
    }
}
