package io.psconv.cli;

import io.psconv.bench.pipeline.Arrivals;
import io.psconv.bench.pipeline.Bursts;
import io.psconv.bench.pipeline.Cell;
import io.psconv.bench.pipeline.CrayfishWorkload;
import io.psconv.bench.pipeline.FrameWorkload;
import io.psconv.bench.pipeline.PipelineBench;
import io.psconv.bench.pipeline.PipelinePlace;
import io.psconv.bench.pipeline.PipelinePlan;
import io.psconv.bench.pipeline.PipelineReport;
import io.psconv.bench.pipeline.Workload;
import io.psconv.bench.report.PipelineReportPage;
import io.psconv.bench.report.PipelineResults;
import io.psconv.job.crayfish.ParallelismMode;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.local.TemporaryFolder;
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
import java.util.concurrent.atomic.AtomicReference;
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
            "Kafka and Flink run as processes of their own, or are yours: --bootstrap-servers,"
                    + " --flink. Frames arrive at times that are fixed"
                    + " in advance, and latency counts from there. A load is sustained if answers"
                    + " do not come later and later. Every model is run by every engine, with the"
                    + " first parallelism and number of cameras; the first model and engine also"
                    + " with the others. Cells take turns in every round; medians are given with"
                    + " the smallest and largest round.",
            "Processor time is that of the task manager, shared out among network, decoding,"
                    + " Kafka's threads and the rest; broker, JobManager and generator apart. A"
                    + " dense engine runs a sparse model with its zeros, at the same accuracy.",
            "With --workload crayfish-ffnn or crayfish-resnet50 the job is another one, that of the"
                    + " Crayfish benchmark (EDBT 2024): random tensors as JSON are scored one by"
                    + " one between two topics of 32 partitions, without transactions; weights are"
                    + " random too. Its parallelism is --parallelism and --modes: N-N-N reads,"
                    + " scores and writes with N subtasks each, 32-N-32 scores with N between 32"
                    + " that read and 32 that write. Latency ends at the broker's append time;"
                    + " --bursts adds its bursts, of 110 %% over 70 %% of what was sustained."
        })
final class BenchPipelineCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final Duration QUICK_WARM_UP = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofMinutes(1);
    private static final Duration QUICK_POINT = Duration.ofSeconds(4);
    private static final Duration POINT = Duration.ofSeconds(15);
    private static final int QUICK_ROUNDS = 1;
    private static final int ROUNDS = 3;
    private static final int QUICK_STEPS = 3;
    private static final String DENSE = "dense";
    private static final int STEPS = 8;

    /** A job on its way to its end, and topics that go after it. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    /** All that are bundled; a quarter of them where figures are to be quick. */
    private static final int ACCURACY_FRAMES = 2_000;

    private static final int QUICK_ACCURACY_FRAMES = 500;

    @Mixin private final StoreOption store = new StoreOption();

    @Mixin private final PlaceArguments given = new PlaceArguments();

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            defaultValue = FrameWorkload.NAME,
            description =
                    "What is sent: frames of cameras, crayfish-ffnn or crayfish-resnet50;"
                            + " ${DEFAULT-VALUE} if not given.")
    private String workload = FrameWorkload.NAME;

    @Option(
            names = "--models",
            paramLabel = "NAME[@VERSION]",
            split = ",",
            description =
                    "Models, separated by commas (default: resnet18-psd1_p16,resnet20-dense); only"
                            + " with frames.")
    private @Nullable List<String> models;

    @Option(
            names = "--variants",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Variants of crayfish-resnet50, separated by commas (default: dense,PSD1_P16);"
                            + " crayfish-ffnn is dense.")
    private @Nullable List<String> variants;

    @Option(
            names = "--modes",
            paramLabel = "MODE",
            split = ",",
            description =
                    "Parallelism of a Crayfish workload: N-N-N, 32-N-32, or both (the default).")
    private @Nullable List<String> modes;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Inputs in each record of a Crayfish workload, 1 to 32 (default: 1).")
    private @Nullable Integer batchSize;

    @Option(
            names = "--bursts",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Bursts that each cell gets besides, 0 for none; ${DEFAULT-VALUE} if not given.")
    private int bursts;

    @Option(
            names = "--burst-every",
            paramLabel = "TIME",
            defaultValue = "120s",
            description =
                    "Time before each burst, at 70 %% of the sustained load; ${DEFAULT-VALUE} if not"
                            + " given.")
    private String burstEvery = "120s";

    @Option(
            names = "--burst-length",
            paramLabel = "TIME",
            defaultValue = "30s",
            description =
                    "Length of a burst, at 110 %% of the sustained load; ${DEFAULT-VALUE} if not"
                            + " given.")
    private String burstLength = "30s";

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
            description =
                    "Cameras that take turns, separated by commas (default: 1,10000); only with"
                            + " frames.")
    private @Nullable List<Integer> cameras;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "Labelled images that cameras send over and over, as psconv eval takes them"
                            + " (default: the 2,000 CIFAR-10 test images that come along).")
    private @Nullable Path data;

    @Option(
            names = "--accuracy-frames",
            paramLabel = "N",
            description =
                    "Labelled images that every model is judged by, the first ones, each once"
                            + " (default: 2000, or 500 with --quick; all if there are fewer).")
    private @Nullable Integer accuracyFrames;

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
                            + " -Dcheckpoint.interval=5s; only with frames.")
    private final Map<String, String> options = new LinkedHashMap<>();

    @Option(
            names = "--quick",
            description =
                    "Rough figures in five minutes: --rounds 1 --point 4s, fewer loads, other"
                            + " engines with the first model only.")
    private boolean quick;

    @Option(
            names = "--json",
            converter = OutputFile.class,
            paramLabel = "FILE",
            description = "Also write every figure to a file, as one JSON object.")
    private @Nullable Path json;

    @Option(
            names = "--html",
            converter = OutputFile.class,
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
        PipelinePlace place = given.toPlace(store.folder());
        if (workload.equals(FrameWorkload.NAME)) {
            refuse("--variants", variants);
            refuse("--modes", modes);
            refuse("--batch-size", batchSize);
            List<Cell> cells = cells();
            return measure(plan(cells, frames(cells), place));
        }
        refuse("--models", models);
        refuse("--cameras", cameras);
        refuse("--data", data);
        refuse("--accuracy-frames", accuracyFrames);
        refuse("-D", options.isEmpty() ? null : options);
        CrayfishWorkload crayfish =
                new CrayfishWorkload(workload, batchSize == null ? 1 : batchSize, seed);
        try (TemporaryFolder folder = new TemporaryFolder("psconv-models-")) {
            return measure(
                    plan(crayfishCells(crayfish, new ModelStore(folder.path())), crayfish, place));
        }
    }

    private void refuse(String option, @Nullable Object value) {
        if (value != null) {
            throw new IllegalArgumentException(
                    option
                            + " was given but --workload "
                            + workload
                            + " has none; leave it out, or choose another workload");
        }
    }

    private int measure(PipelinePlan plan) throws IOException, InterruptedException {
        try (StopSignal signal = new StopSignal(STOP_LIMIT)) {
            AtomicReference<@Nullable ProgressBar> shown = new AtomicReference<>();
            PipelineBench bench =
                    new PipelineBench(plan, signal::isStopped, line -> say(shown.get(), line));
            bench.check();
            PrintWriter err = spec.commandLine().getErr();
            err.printf(
                    "psconv: measuring %d cells in %d rounds; Ctrl-C shows what there is by then"
                            + " …%n",
                    plan.cells().size(), plan.rounds());
            err.flush();
            PipelineReport report;
            try (ProgressBar bar =
                    Progress.bar("bench", "cells", (long) plan.cells().size() * plan.rounds())) {
                shown.set(bar);
                report = bench.run();
            }
            spec.commandLine().getOut().print(report.table());
            spec.commandLine().getOut().flush();
            write(report);
            bench.leftBehind().forEach(left -> err.println("psconv: " + left));
            err.flush();
            if (!report.complete()) {
                return INTERRUPTED;
            }
            return report.cells().isEmpty() || !bench.leftBehind().isEmpty() ? 1 : 0;
        }
    }

    private void say(@Nullable ProgressBar bar, String line) {
        if (bar == null) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("psconv: " + line);
            err.flush();
        } else {
            bar.step();
            bar.setExtraMessage(" " + line);
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
        return String.join(
                " ", SecretArguments.masked(spec.commandLine().getParseResult().originalArgs()));
    }

    /**
     * Every model on every engine, or if it is to be quick only the first one; what else is varied
     * is varied alone.
     */
    private List<Cell> cells() throws IOException, MalformedModelException {
        List<String> models =
                this.models == null ? List.of("resnet18-psd1_p16", "resnet20-dense") : this.models;
        List<Integer> cameras = this.cameras == null ? List.of(1, 10_000) : this.cameras;
        check("--models", models.isEmpty());
        check("--engines", engines.isEmpty());
        check("--parallelism", parallelism.isEmpty());
        check("--cameras", cameras.isEmpty());
        List<Cell> cells = new ArrayList<>();
        for (String model : models) {
            boolean one = quick && !model.equals(models.get(0));
            for (String engine : one ? engines.subList(0, 1) : engines) {
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

    /** As above, and each with every mode. */
    private List<Cell> crayfishCells(CrayfishWorkload crayfish, ModelStore to) throws IOException {
        List<String> variants = this.variants == null ? defaultVariants() : this.variants;
        List<ParallelismMode> modes =
                this.modes == null
                        ? List.of(ParallelismMode.values())
                        : this.modes.stream().map(ParallelismMode::parse).toList();
        check("--variants", variants.isEmpty());
        check("--modes", modes.isEmpty());
        check("--engines", engines.isEmpty());
        check("--parallelism", parallelism.isEmpty());
        List<Cell> cells = new ArrayList<>();
        for (String variant : variants.stream().distinct().toList()) {
            StoredModel model = crayfish.publish(to, variant, seed);
            for (ParallelismMode mode : modes) {
                for (String engine : engines) {
                    for (int subtasks : parallelism) {
                        boolean first =
                                variant.equals(variants.get(0)) && engine.equals(engines.get(0));
                        if (first || subtasks == parallelism.get(0)) {
                            cells.add(
                                    new Cell(
                                            model,
                                            variant,
                                            engineName(engine),
                                            subtasks,
                                            CrayfishWorkload.PARTITIONS,
                                            mode));
                        }
                    }
                }
            }
        }
        return cells.stream().distinct().toList();
    }

    private List<String> defaultVariants() {
        return workload.endsWith("resnet50") ? List.of(DENSE, "PSD1_P16") : List.of(DENSE);
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

    private FrameWorkload frames(List<Cell> cells) throws Exception {
        LabelledImages images = images(cells);
        return new FrameWorkload(
                images,
                IntStream.range(0, images.count())
                        .mapToObj(number -> Pngs.encode(images, number))
                        .toArray(byte[][]::new),
                options);
    }

    private PipelinePlan plan(List<Cell> cells, Workload sent, PipelinePlace place) {
        return new PipelinePlan(
                cells,
                rounds != null ? rounds : quick ? QUICK_ROUNDS : ROUNDS,
                quick ? QUICK_WARM_UP : WARM_UP,
                point == null ? quick ? QUICK_POINT : POINT : duration("--point", point),
                quick ? QUICK_STEPS : STEPS,
                kind(),
                latencyShare,
                seed,
                sent,
                bursts == 0
                        ? null
                        : new Bursts(
                                duration("--burst-every", burstEvery),
                                duration("--burst-length", burstLength),
                                bursts),
                accuracyFrames != null
                        ? accuracyFrames
                        : quick ? QUICK_ACCURACY_FRAMES : ACCURACY_FRAMES,
                logs,
                place);
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

    private static Duration duration(String option, String value) {
        try {
            return TimeUtils.parseDuration(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " was '" + value + "' but it must be a time like 8s or 1min", e);
        }
    }
}
