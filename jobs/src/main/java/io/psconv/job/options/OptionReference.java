package io.psconv.job.options;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * An option as people read of it.
 *
 * @param key for example {@code checkpoint.interval}
 * @param defaultValue as it would be written, for example {@code 1 s}; null for none
 * @param description what it means, with unit, range and special values
 */
public record OptionReference(String key, @Nullable String defaultValue, String description) {
    /** Every option of the classify job, in the order of {@link ClassifyConfigOptions#all}. */
    public static List<OptionReference> all() {
        return ClassifyConfigOptions.all().stream().map(OptionReference::of).toList();
    }

    /** A Markdown table, as the README has it. */
    public static String markdown(List<OptionReference> options) {
        return options.stream()
                .map(OptionReference::markdownRow)
                .collect(
                        Collectors.joining(
                                "\n", "| option | default | meaning |\n|---|---|---|\n", "\n"));
    }

    private String markdownRow() {
        String value = defaultValue == null ? "" : "`" + defaultValue + "`";
        return "| `" + key + "` | " + value + " | " + description.replace("|", "\\|") + " |";
    }

    private static OptionReference of(ConfigOption<?> option) {
        return new OptionReference(
                option.key(),
                option.hasDefaultValue() ? written(option.defaultValue()) : null,
                new HtmlFormatter().format(option.description()));
    }

    private static String written(Object value) {
        return value instanceof Duration duration
                ? TimeUtils.formatWithHighestUnit(duration)
                : value.toString();
    }
}
