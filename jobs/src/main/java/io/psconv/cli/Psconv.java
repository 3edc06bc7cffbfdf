package io.psconv.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code psconv} command.
 *
 * <p>Ends with 0, with 1 after a failure, of which it says one line, or with 2 if it was called
 * wrongly.
 */
@Command(
        name = "psconv",
        description = "Classifies camera frames from Kafka with pSConv-compressed networks.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ClassifyCommand.class,
            ProduceCommand.class,
            OptionsCommand.class,
            ReplayRejectedCommand.class,
            ModelsCommand.class,
            EnergyCommand.class,
            EvalCommand.class,
            TrainCommand.class,
            CompressCommand.class,
            BenchCommand.class,
            ReportCommand.class,
            ChaosCommand.class,
            LayoutCommand.class,
            BundleCommand.class,
            GpuCheckCommand.class,
            HelpCommand.class
        })
public final class Psconv implements Callable<Integer> {
    private static final String VERBOSE = "--verbose";

    /** Also of commands that have no meaning without one of their own. */
    static final String MISSING_SUBCOMMAND = "Missing required subcommand";

    @Option(
            names = VERBOSE,
            scope = ScopeType.INHERIT,
            description = "Log what happens, and print failures with their stack trace.")
    private boolean verbose;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    /** Runs the command and ends the JVM with its status. */
    public static void main(String[] arguments) {
        // Before anything logs: the logging configuration reads these once.
        for (String argument : arguments) {
            if (argument.equals(VERBOSE)) {
                System.setProperty("psconv.log.level", "INFO");
                System.setProperty("psconv.log.chatty", "INFO");
                System.setProperty("psconv.log.throwable", "full");
            }
        }
        CommandOutput standard = CommandOutput.standard();
        PrintWriter out = standard.writer();
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        int status = run(out, err, arguments);
        out.flush();
        @Nullable String missing = standard.missing();
        if (missing != null) {
            err.println("psconv: standard output could not be written: " + missing);
            status = Math.max(status, CommandLine.ExitCode.SOFTWARE);
        }
        System.exit(status);
    }

    /**
     * Runs the command.
     *
     * @return its status: 0, 1 after a failure, 2 if it was called wrongly
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Psconv psconv = new Psconv();
        CommandLine command = new CommandLine(psconv);
        EnumNames.register(command);
        return command.setOut(out)
                .setErr(err)
                .registerConverter(Path.class, new NamedPath())
                .setParameterExceptionHandler((wrong, given) -> refuse(wrong))
                .setExecutionExceptionHandler(
                        (failure, failed, result) -> psconv.report(failure, err))
                .execute(arguments);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), MISSING_SUBCOMMAND);
    }

    /** Says what was wrong in a few lines; where a command is missing, which there are. */
    private static int refuse(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("psconv: " + wrong.getMessage());
        if (MISSING_SUBCOMMAND.equals(wrong.getMessage())) {
            command.usage(err);
        } else if (!UnmatchedArgumentException.printSuggestions(wrong, err)) {
            err.println(
                    "See '"
                            + command.getCommandSpec().qualifiedName()
                            + " --help' for what it takes.");
        }
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private int report(Exception failure, PrintWriter err) {
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.println("psconv: " + FailureMessage.of(failure));
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
