package io.psconv.job.options;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/** Reads options and says, where a value cannot be used, what it was and what it must be. */
final class OptionReader {
    private final Configuration configuration;

    OptionReader(Configuration configuration) {
        this.configuration = configuration;
    }

    String required(ConfigOption<String> option) {
        @Nullable String value = optional(option);
        if (value == null) {
            throw new IllegalArgumentException(
                    option.key()
                            + " was not set but it is required; pass -D"
                            + option.key()
                            + "=...");
        }
        return value;
    }

    @Nullable String optional(ConfigOption<String> option) {
        Optional<String> value = configuration.getOptional(option);
        if (value.isPresent() && value.get().isBlank()) {
            throw new IllegalArgumentException(
                    option.key() + " was '' but it must not be empty; leave it out");
        }
        return value.map(String::strip).orElse(null);
    }

    String text(ConfigOption<String> option) {
        @Nullable String value = optional(option);
        return value == null ? option.defaultValue() : value;
    }

    int intBetween(ConfigOption<Integer> option, int min, int max) {
        String rule = "a whole number between " + min + " and " + max;
        int value = value(option, rule);
        check(option, value >= min && value <= max, Integer.toString(value), rule);
        return value;
    }

    long longBetween(ConfigOption<Long> option, long min, long max) {
        String rule = "a whole number between " + min + " and " + max;
        long value = value(option, rule);
        check(option, value >= min && value <= max, Long.toString(value), rule);
        return value;
    }

    double doubleBetween(ConfigOption<Double> option, double min, double max) {
        String rule = "a number between " + min + " and " + max;
        double value = value(option, rule);
        check(option, value >= min && value <= max, Double.toString(value), rule);
        return value;
    }

    boolean trueOrFalse(ConfigOption<Boolean> option) {
        return value(option, "true or false");
    }

    long bytesBetween(ConfigOption<MemorySize> option, MemorySize min, MemorySize max) {
        String rule = "a size between " + min + " and " + max;
        MemorySize value = value(option, rule);
        check(
                option,
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                value.toString(),
                rule);
        return value.getBytes();
    }

    Duration durationBetween(ConfigOption<Duration> option, Duration min, Duration max) {
        String rule = "a duration between " + text(min) + " and " + text(max);
        Duration value = value(option, rule);
        check(option, value.compareTo(min) >= 0 && value.compareTo(max) <= 0, text(value), rule);
        return value;
    }

    <E extends Enum<E>> E choice(ConfigOption<E> option) {
        E fallback = option.defaultValue();
        List<E> choices = Arrays.asList(fallback.getDeclaringClass().getEnumConstants());
        String names = choices.stream().map(E::toString).collect(Collectors.joining(", "));
        return value(option, "one of " + names);
    }

    static String text(Duration duration) {
        return TimeUtils.formatWithHighestUnit(duration);
    }

    private <T> T value(ConfigOption<T> option, String rule) {
        try {
            return configuration.get(option);
        } catch (IllegalArgumentException e) {
            String raw = configuration.toMap().getOrDefault(option.key(), "");
            throw new IllegalArgumentException(
                    option.key() + " was '" + raw + "' but it must be " + rule, e);
        }
    }

    private static void check(ConfigOption<?> option, boolean holds, String value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(
                    option.key() + " was '" + value + "' but it must be " + rule);
        }
    }
}
