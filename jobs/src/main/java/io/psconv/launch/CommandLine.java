package io.psconv.launch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;

/** Prints the command line of a Flink process, for the scripts in {@code bin/}. */
public final class CommandLine {
    private static final String DYNAMIC = "-D";

    private CommandLine() {}

    /**
     * Prints JVM flags, main class and arguments, one a line.
     *
     * @param arguments kind of process, folder of {@code config.yaml}, and {@code -Dkey=value} for
     *     keys of it that have another value; with others it ends with 1
     */
    public static void main(String[] arguments) {
        try {
            print(arguments);
        } catch (RuntimeException e) {
            System.err.println("psconv: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void print(String[] arguments) {
        if (arguments.length < 2) {
            throw new IllegalArgumentException(
                    "arguments were "
                            + Arrays.toString(arguments)
                            + " but they must be a process, a folder and -Dkey=value …");
        }
        List<String> given = List.of(arguments).subList(2, arguments.length);
        lines(FlinkProcess.of(arguments[0]), arguments[1], given, Runtime.version().feature())
                .forEach(System.out::println);
    }

    /** JVM flags, main class, then its arguments. */
    static List<String> lines(
            FlinkProcess process, String folder, List<String> dynamic, int javaFeature) {
        Configuration changed = new Configuration();
        dynamic.forEach(argument -> set(changed, argument));
        Configuration all = GlobalConfiguration.loadConfiguration(folder, changed);
        List<String> lines = new ArrayList<>(process.flags(all, javaFeature));
        lines.add(process.mainClass());
        if (process != FlinkProcess.CLIENT) {
            lines.add("--configDir");
            lines.add(folder);
        }
        lines.addAll(process.arguments(all));
        return lines;
    }

    private static void set(Configuration changed, String argument) {
        int equals = argument.indexOf('=');
        if (!argument.startsWith(DYNAMIC) || equals <= DYNAMIC.length()) {
            throw new IllegalArgumentException(
                    "argument was '"
                            + argument.replaceFirst("=.*", "=...")
                            + "' but it must be -Dkey=value");
        }
        changed.setString(
                argument.substring(DYNAMIC.length(), equals), argument.substring(equals + 1));
    }
}
