package io.psconv.cli;

import io.psconv.bench.pipeline.Arrivals;
import io.psconv.bench.pipeline.Cell;
import io.psconv.bench.pipeline.PipelineBench;
import io.psconv.bench.pipeline.PipelinePlan;
import io.psconv.bench.pipeline.PipelineReport;
import io.psconv.bench.report.PipelineReportPage;
import io.psconv.bench.report.PipelineResults;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the whole system under load. */
@Command(
        name = "pipeline",
        description = {
            "Measures how many frames a second the whole system classifies, and what one costs.",
            "Kafka and Flink run as processes of their own; frames arrive at times that are fixed"
                    + " in advance, and latency counts from there. A load is sustained if answers"
                    + " do not come later and later. Every model is run by every engine, with the"
                    + " first parallelism and number of cameras; the first model and engine also"
                    + " with the others. Cells take turns in every round; medians are given with"
                    + " the smallest and largest round.",
            "Processor time is that of the task manager, shared out among network, decoding,"
                    + " Kafka's threads and the rest; broker, JobManager and generator apart. A"
                    + " dense engine runs a sparse model with its zeros, at the same accuracy."
        })
final class BenchPipelineCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final Duration QUICK_WARM_UP = Duration.ofSeconds(15);
    private static final Duration WARM_UP = Duration.ofMinutes(1);
    private static final Duration QUICK_POINT = Duration.ofSeconds(4);
    private static final Duration POINT = Duration.ofSeconds(15);
    private static final int QUICK_ROUNDS = 2;
    private static final int ROUNDS = 3;
    private static final int QUICK_STEPS = 3;
    private static final int STEPS = 8;

    @Mixin private final StoreOption store = new StoreOption();

    @Option(
            names = "--models",
            paramLabel = "NAME[@VERSION]",
            split = ",",
            defaultValue = "resnet18-psd1_p16,resnet20-dense",
            description = "Models, separated by commas; ${DEFAULT-VALUE} if not given.")
    private List<String> models = List.of("resnet18-psd1_p16");

    @Option(
            names = "--engines",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "jvm,onnxruntime",
            description =
                    "Engines, separated by commas: jvm, onnxruntime, djl-pytorch,"
                            + " djl-pytorch-grouped; ${DEFAULT-VALUE} if not given.")
    private List<String> engines = List.of("jvm");

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2",
            description = "Subtasks, separated by commas; ${DEFAULT-VALUE} if not given.")
    private List<Integer> parallelism = List.of(1);

    @Option(
            names = "--cameras",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,10000",
            description =
                    "Cameras that take turns, separated by commas; ${DEFAULT-VALUE} if not given.")
    private List<Integer> cameras = List.of(1);

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "Labelled images that cameras send over and over, as psconv eval takes them"
                            + " (default: the 2,000 CIFAR-10 test images that come along).")
    private @Nullable Path data;

    @Option(
            names = "--arrivals",
            paramLabel = "KIND",
            defaultValue = "constant",
            description =
                    "How frames arrive: constant, poisson, or burst (a hundred at ten times the"
                            + " rate, then none for as long); ${DEFAULT-VALUE} if not given.")
    private String arrivals = "constant";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Times that each cell is measured (default: 3).")
    private @Nullable Integer rounds;

    @Option(
            names = "--point",
            paramLabel = "TIME",
            description = "How long one load is kept up (default: 15s).")
    private @Nullable String point;

    @Option(
            names = "--latency-load",
            paramLabel = "SHARE",
            defaultValue = "0.7",
            description =
                    "Share of the sustained frames/s at which latencies are taken;"
                            + " ${DEFAULT-VALUE} if not given.")
    private double latencyShare = 0.7;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of arrivals that are drawn; ${DEFAULT-VALUE} if not given.")
    private long seed = 1;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description =
                    "An option of every job that is measured, for example"
                            + " -Dcheckpoint.interval=5s.")
    private final Map<String, String> options = new LinkedHashMap<>();

    @Option(
            names = "--quick",
            description = "Rough figures in five minutes: --rounds 2 --point 4s, fewer loads.")
    private boolean quick;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write every figure to a file, as one JSON object.")
    private @Nullable Path json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page with plots, as psconv report does.")
    private @Nullable Path html;

    @Option(
            names = "--logs",
            paramLabel = "DIR",
            description = "Keep what the processes say in a folder.")
    private @Nullable Path logs;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<Cell> cells = cells();
        PipelinePlan plan = plan(cells);
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        byte[][] frames =
                IntStream.range(0, plan.images().count())
                        .mapToObj(number -> Pngs.encode(plan.images(), number))
                        .toArray(byte[][]::new);
        err.printf(
                "psconv: measuring %d cells in %d rounds; Ctrl-C shows what there is by then …%n",
                cells.size(), plan.rounds());
        err.flush();
        try (StopSignal signal = new StopSignal();
                ProgressBar bar =
                        Progress.bar("bench", "cells", (long) cells.size() * plan.rounds())) {
            PipelineReport report =
                    new PipelineBench(
                                    plan,
                                    frames,
                                    signal::isStopped,
                                    line -> {
                                        if (bar == null) {
                                            err.println("psconv: " + line);
                                            err.flush();
                                        } else {
                                            bar.step();
                                            bar.setExtraMessage(" " + line);
                                        }
                                    })
                            .run();
            out.print(report.table());
            out.flush();
            write(report);
            return report.complete() ? report.cells().isEmpty() ? 1 : 0 : INTERRUPTED;
        }
    }

    private void write(PipelineReport report) throws IOException {
        if (json != null) {
            report.write(json, command(), Version.number());
        }
        if (html != null) {
            PipelineReportPage.write(
                    html, PipelineResults.of(report.json(command(), Version.number())), null);
        }
    }

    private String command() {
        return String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    /** The matrix: a star, whose cells grow by sums and not by products. */
    private List<Cell> cells() throws IOException, MalformedModelException {
        check("--models", models.isEmpty());
        check("--engines", engines.isEmpty());
        check("--parallelism", parallelism.isEmpty());
        check("--cameras", cameras.isEmpty());
        List<Cell> cells = new ArrayList<>();
        for (String model : models) {
            for (String engine : engines) {
                cells.add(cell(model, engine, parallelism.get(0), cameras.get(0)));
            }
        }
        for (int subtasks : parallelism.subList(1, parallelism.size())) {
            cells.add(cell(models.get(0), engines.get(0), subtasks, cameras.get(0)));
        }
        for (int number : cameras.subList(1, cameras.size())) {
            cells.add(cell(models.get(0), engines.get(0), parallelism.get(0), number));
        }
        return cells.stream().distinct().toList();
    }

    private static void check(String option, boolean isEmpty) {
        if (isEmpty) {
            throw new IllegalArgumentException(option + " was '' but it must name at least one");
        }
    }

    private Cell cell(String reference, String engine, int subtasks, int number)
            throws IOException, MalformedModelException {
        ModelStore from = store.store();
        StoredModel model = from.resolve(reference);
        CompressedModel read = from.read(model);
        return new Cell(model, read.variant().name(), engineName(engine), subtasks, number);
    }

    /** As the option of the job has it, which is checked here rather than after the start. */
    private static String engineName(String engine) {
        org.apache.flink.configuration.Configuration one =
                new org.apache.flink.configuration.Configuration();
        one.setString(ClassifyConfigOptions.CLASSIFY_ENGINE.key(), engine);
        try {
            return one.get(ClassifyConfigOptions.CLASSIFY_ENGINE).toString();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--engines was '"
                            + engine
                            + "' but it must be of jvm, onnxruntime, djl-pytorch and djl-pytorch-grouped",
                    e);
        }
    }

    private PipelinePlan plan(List<Cell> cells) throws Exception {
        return new PipelinePlan(
                cells,
                rounds != null ? rounds : quick ? QUICK_ROUNDS : ROUNDS,
                quick ? QUICK_WARM_UP : WARM_UP,
                duration(),
                quick ? QUICK_STEPS : STEPS,
                kind(),
                latencyShare,
                seed,
                images(cells),
                options,
                logs);
    }

    private LabelledImages images(List<Cell> cells) throws Exception {
        CompressedModel first = store.store().read(cells.get(0).model());
        FeatureShape shape = first.network().input();
        return DataSets.open(
                data != null ? data : StoreOption.sample(),
                shape,
                first.metadata().labels(),
                Split.TEST);
    }

    private Arrivals kind() {
        for (Arrivals kind : Arrivals.values()) {
            if (kind.toString().equals(arrivals)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "--arrivals was '" + arrivals + "' but it must be constant, poisson or burst");
    }

    private Duration duration() {
        if (point == null) {
            return quick ? QUICK_POINT : POINT;
        }
        try {
            return TimeUtils.parseDuration(point);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--point was '" + point + "' but it must be a time like 8s or 1min", e);
        }
    }
}
