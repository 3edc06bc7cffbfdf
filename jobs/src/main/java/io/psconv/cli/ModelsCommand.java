package io.psconv.cli;

import picocli.CommandLine.Command;

/** Groups the commands on the model store. */
@Command(
        name = "models",
        description = "Lists, shows, imports, exports, publishes and verifies models.",
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsImportCommand.class,
            ModelsExportCommand.class,
            ModelsPublishCommand.class,
            ModelsVerifyCommand.class
        })
final class ModelsCommand {}
