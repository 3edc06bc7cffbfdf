package io.psconv.cli;

import io.psconv.layout.CommandFolder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts the command and what it runs on into one folder. */
@Command(
        name = "bundle",
        description = {
            "Puts this command with all its libraries, the bundled models and frames into a folder"
                    + " that may be copied to a machine with nothing but Java 17 or newer.",
            "There, psconv runs it, and check.sh checks the cuda engine."
        })
final class BundleCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "The folder: a new one, an empty one, or one that this command wrote.")
    private Path target;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CommandFolder folder = new CommandFolder(target);
        int libraries = folder.write(CommandFolder.ownClassPath(), StoreOption.home());
        spec.commandLine()
                .getOut()
                .printf("bundled in %s: %d libraries%n", folder.root(), libraries);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
