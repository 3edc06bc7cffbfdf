package io.psconv.job.options;

import org.apache.flink.configuration.Configuration;

/** A job's command line: {@code -Dkey=value} and {@code --kafka key=value}, each repeatable. */
public final class JobArguments {
    private static final String OPTION = "-D";
    private static final String KAFKA = "--kafka";

    private JobArguments() {}

    /**
     * Reads a command line; a later value of a key replaces an earlier one.
     *
     * @throws IllegalArgumentException if it holds anything else; values are not quoted, since they
     *     may be secret
     */
    public static Configuration parse(String... arguments) {
        Configuration configuration = new Configuration();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            String prefix = argument.startsWith(KAFKA) ? KAFKA : OPTION;
            if (!argument.startsWith(prefix)) {
                throw new IllegalArgumentException(
                        "argument "
                                + (i + 1)
                                + " was '"
                                + argument.replaceFirst("=.*", "=...")
                                + "' but it must be -Dkey=value or --kafka key=value");
            }
            String assignment = argument.substring(prefix.length());
            if (assignment.isEmpty() && i + 1 < arguments.length) {
                assignment = arguments[++i];
            } else if (prefix.equals(KAFKA) && assignment.startsWith("=")) {
                assignment = assignment.substring(1);
            }
            set(
                    configuration,
                    prefix,
                    prefix.equals(KAFKA) ? ClassifyConfigOptions.KAFKA_PREFIX : "",
                    assignment);
        }
        return configuration;
    }

    private static void set(
            Configuration configuration, String argument, String keyPrefix, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    argument + " must be followed by key=value, but there is no key or no '='");
        }
        configuration.setString(
                keyPrefix + assignment.substring(0, equals).strip(),
                assignment.substring(equals + 1));
    }
}
