package io.psconv.job.options;

import io.psconv.operator.record.Crop;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a crop rectangle from an option. */
public final class CropForm {
    private static final String NUMBER = "\\s*(\\d{1,6})\\s*";
    private static final Pattern FORM =
            Pattern.compile(String.join(",", NUMBER, NUMBER, NUMBER, NUMBER));

    private CropForm() {}

    /**
     * Reads {@code x,y,width,height}.
     *
     * @param key option to name in errors
     */
    public static Crop parse(String key, String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            int width = Integer.parseInt(matcher.group(3));
            int height = Integer.parseInt(matcher.group(4));
            if (width > 0 && height > 0) {
                return new Crop(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        width,
                        height);
            }
        }
        throw new IllegalArgumentException(
                key
                        + " was '"
                        + text
                        + "' but it must be x,y,width,height in pixels, for example 70,0,180,180");
    }
}
