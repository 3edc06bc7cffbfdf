package io.psconv.cli;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command's arguments as they may be kept: values of secret settings are masked. */
final class SecretArguments {
    /** {@code key=value}, behind {@code -D} or {@code --kafka} or in the next argument. */
    private static final Pattern ASSIGNMENT =
            Pattern.compile(
                    "(?<option>-D|--kafka[= ]?)?(?<key>[^=]+)=(?<value>.*)", Pattern.DOTALL);

    private SecretArguments() {}

    /** The arguments with {@code ****} for what is secret. */
    static List<String> masked(List<String> arguments) {
        List<String> masked = new ArrayList<>();
        for (String argument : arguments) {
            Matcher matcher = ASSIGNMENT.matcher(argument);
            if (matcher.matches()) {
                int value = matcher.start("value");
                masked.add(
                        argument.substring(0, value)
                                + printable(matcher.group("key"), argument.substring(value)));
            } else {
                masked.add(argument);
            }
        }
        return masked;
    }

    private static String printable(String key, String value) {
        return key.equals(ClassifyConfigOptions.METRICS_OTLP_HTTP_HEADERS.key())
                ? "****"
                : KafkaProperties.printable(key, value);
    }
}
