package io.psconv.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** A command as it was typed, for the user to type again. */
final class CommandText {
    private CommandText() {}

    /** The command that runs, without {@code --resume}. */
    static String of(CommandSpec spec) {
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
        return Stream.concat(Stream.of("./psconv"), arguments.stream())
                .filter(argument -> !argument.equals("--resume"))
                .map(CommandText::quoted)
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w@%+=:,./-]+")
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }
}
