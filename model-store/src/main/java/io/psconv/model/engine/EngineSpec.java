package io.psconv.model.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An engine's name with options of its own behind it, as text {@code cuda devices=0
 * precision=fp32}.
 *
 * @param name of the engine
 * @param options by name, for engines that have such
 */
public record EngineSpec(String name, Map<String, String> options) {
    public EngineSpec {
        options = Map.copyOf(options);
        if (name.isBlank() || name.contains(" ")) {
            throw new IllegalArgumentException(
                    "engine was '" + name + "' but it must be a name without blanks");
        }
        options.forEach(
                (key, value) -> {
                    if (key.isEmpty() || key.contains("=") || (key + value).contains(" ")) {
                        throw new IllegalArgumentException(
                                "option of engine '"
                                        + name
                                        + "' was '"
                                        + key
                                        + "="
                                        + value
                                        + "' but it must be key=value without blanks");
                    }
                });
    }

    /**
     * Reads what {@link #toString} wrote; a name alone will do.
     *
     * @throws IllegalArgumentException if it is of another form
     */
    public static EngineSpec parse(String text) {
        String[] words = text.split(" ", -1);
        Map<String, String> options = new TreeMap<>();
        for (int word = 1; word < words.length; word++) {
            int equals = words[word].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "engine was '"
                                + text
                                + "' but behind the name there must be options key=value");
            }
            String key = words[word].substring(0, equals);
            if (options.put(key, words[word].substring(equals + 1)) != null) {
                throw new IllegalArgumentException(
                        "engine was '" + text + "' but it has option '" + key + "' twice");
            }
        }
        return new EngineSpec(words[0], options);
    }

    @Override
    public String toString() {
        return new TreeMap<>(options)
                .entrySet().stream()
                        .map(option -> " " + option.getKey() + "=" + option.getValue())
                        .collect(Collectors.joining("", name, ""));
    }
}
