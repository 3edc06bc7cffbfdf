package io.psconv.cli;

import io.psconv.bench.report.PipelineReportPage;
import io.psconv.bench.report.PipelineResults;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what {@code bench pipeline} measured as a page. */
@Command(
        name = "report",
        description = {
            "Writes what bench pipeline measured as one HTML page with plots.",
            "The page needs no network and no script. With a baseline it shows each cell beside"
                    + " that run's, and marks what changed beyond the rounds' range."
        })
final class ReportCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--from",
            paramLabel = "FILE",
            required = true,
            description = "What bench pipeline --json wrote.")
    private Path from;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "An earlier run's, to compare with.")
    private @Nullable Path baseline;

    @Option(
            names = "--output",
            converter = OutputFile.class,
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "The page to write; ${DEFAULT-VALUE} if not given.")
    private Path output = Path.of("report.html");

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PipelineResults results = PipelineResults.read(from);
        @Nullable PipelineResults earlier =
                baseline == null ? null : PipelineResults.read(baseline);
        refuseInput("--from", from);
        if (baseline != null) {
            refuseInput("--baseline", baseline);
        }
        PipelineReportPage.write(output, results, earlier);
        PrintWriter out = spec.commandLine().getOut();
        out.println("wrote " + output);
        out.flush();
        return 0;
    }

    private void refuseInput(String option, Path input) throws IOException {
        if (Files.exists(output) && Files.isSameFile(output, input)) {
            throw new IllegalArgumentException(
                    "--output was '"
                            + output
                            + "' but it must be another file than that of "
                            + option);
        }
    }
}
