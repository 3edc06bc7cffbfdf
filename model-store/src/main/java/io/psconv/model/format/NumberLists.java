package io.psconv.model.format;

import java.util.ArrayList;
import java.util.List;

/** Numbers by channel, written with commas between them. */
final class NumberLists {
    private NumberLists() {}

    /**
     * Reads a list such as {@code 0.4914,0.4822,0.4465}.
     *
     * @throws IllegalArgumentException if a part is not a number
     */
    static List<Float> read(String text) {
        List<Float> values = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            try {
                values.add(Float.valueOf(part.strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "list of numbers was '"
                                + text
                                + "' but it must be numbers with commas between them",
                        e);
            }
        }
        return values;
    }
}
