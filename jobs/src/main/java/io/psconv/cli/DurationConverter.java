package io.psconv.cli;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times in options, for example {@code 45m}. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        if (text.strip().matches("\\d+") && !text.strip().matches("0+")) {
            throw new TypeConversionException(
                    "'" + text + "' has no unit; write 90s, 45m or 12h, or ms for milliseconds");
        }
        try {
            return TimeUtils.parseDuration(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no time like 90s, 45m or 12h: " + e.getMessage());
        }
    }
}
