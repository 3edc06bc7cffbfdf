package io.psconv.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Members of a JSON object by name, with where in the file they stand. */
final class Members {
    private static final int MOST_SHOWN = 60;

    private final String path;
    private final JsonNode object;

    private Members(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    /** Those of the file's one object. */
    static Members ofRoot(JsonNode root) {
        if (!root.isObject()) {
            throw new Misplaced("the file was " + shown(root) + " but it must be a JSON object");
        }
        return new Members("", root);
    }

    /** Makes a value; what it says of its members gets their place in front. */
    <T> T make(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (Misplaced e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new Misplaced(path + e.getMessage(), e);
        }
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    String text(String name) {
        JsonNode value = value(name);
        if (!value.isTextual()) {
            throw wrong(name, value, "a string");
        }
        return value.textValue();
    }

    @Nullable String textIfKnown(String name) {
        return has(name) ? text(name) : null;
    }

    double number(String name) {
        JsonNode value = value(name);
        if (!value.isNumber()) {
            throw wrong(name, value, "a number");
        }
        return value.doubleValue();
    }

    /** Null too for what Jackson writes where a division had no result. */
    @Nullable Double numberIfKnown(String name) {
        return has(name) && !object.get(name).asText().equals("NaN") ? (Double) number(name) : null;
    }

    long wholeNumber(String name) {
        JsonNode value = value(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(name, value, "a whole number");
        }
        return value.longValue();
    }

    @Nullable Long wholeNumberIfKnown(String name) {
        return has(name) ? (Long) wholeNumber(name) : null;
    }

    int count(String name) {
        long value = wholeNumber(name);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw wrong(name, value(name), "between 0 and " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    boolean truth(String name) {
        JsonNode value = value(name);
        if (!value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.booleanValue();
    }

    @Nullable Boolean truthIfKnown(String name) {
        return has(name) ? (Boolean) truth(name) : null;
    }

    Members object(String name) {
        JsonNode value = value(name);
        if (!value.isObject()) {
            throw wrong(name, value, "an object");
        }
        return new Members(path + name + ".", value);
    }

    <T> @Nullable T objectIfKnown(String name, Function<Members, T> reader) {
        return has(name) ? reader.apply(object(name)) : null;
    }

    <T> List<T> list(String name, Function<Members, T> reader) {
        JsonNode value = value(name);
        if (!value.isArray()) {
            throw wrong(name, value, "an array");
        }
        List<T> list = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            String element = name + "[" + i + "]";
            if (!value.get(i).isObject()) {
                throw wrong(element, value.get(i), "an object");
            }
            list.add(reader.apply(new Members(path + element + ".", value.get(i))));
        }
        return list;
    }

    /** Strings, numbers and truths of other names than these, as text. */
    Map<String, String> others(Set<String> known) {
        Map<String, String> others = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (member.getValue().isValueNode()
                    && !member.getValue().isNull()
                    && !known.contains(member.getKey())) {
                others.put(member.getKey(), member.getValue().asText());
            }
        }
        return others;
    }

    Misplaced wrong(String name, JsonNode value, String rule) {
        return new Misplaced(path + name + " was " + shown(value) + " but it must be " + rule);
    }

    private JsonNode value(String name) {
        @Nullable JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            throw new Misplaced(
                    path + name + " is missing; run 'psconv bench pipeline --json' again");
        }
        return value;
    }

    private static String shown(JsonNode value) {
        if (value.isObject()) {
            return "an object";
        }
        if (value.isArray()) {
            return "an array";
        }
        String text = value.asText();
        return "'"
                + (text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text)
                + "'";
    }

    /** A failure that says where in the file it is. */
    static final class Misplaced extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        Misplaced(String message) {
            super(message);
        }

        Misplaced(String message, IllegalArgumentException cause) {
            super(message, cause);
        }
    }
}
