package io.psconv.cli;

import picocli.CommandLine.Command;

/** Groups the commands on models: those in the store, and those at work. */
@Command(
        name = "models",
        description = {
            "Lists, shows, imports, exports, publishes and verifies models.",
            "Says which of them a running job classifies with."
        },
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsImportCommand.class,
            ModelsExportCommand.class,
            ModelsPublishCommand.class,
            ModelsVerifyCommand.class,
            ModelsActivateCommand.class,
            ModelsDeactivateCommand.class,
            ModelsCropCommand.class,
            ModelsRoutesCommand.class
        })
final class ModelsCommand {}
