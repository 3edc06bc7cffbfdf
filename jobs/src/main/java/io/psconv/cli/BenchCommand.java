package io.psconv.cli;

import picocli.CommandLine.Command;

/** Groups the measurements. */
@Command(
        name = "bench",
        description = "Measures this machine.",
        subcommands = {
            BenchEngineCommand.class,
            BenchTrainingCommand.class,
            BenchPipelineCommand.class
        })
final class BenchCommand {}
