package io.psconv.cli;

import io.psconv.bench.engine.BenchNetwork;
import io.psconv.bench.engine.BenchPlan;
import io.psconv.bench.engine.BenchReport;
import io.psconv.bench.engine.EngineBench;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures our engine's variants beside the dense engines. */
@Command(
        name = "engine",
        description = {
            "Measures images a second of our engine's variants and of the dense engines.",
            "All run in this process by turns, each for a slice of every round; medians are given"
                    + " with the smallest and largest round. Ratios are taken within a round, each"
                    + " engine at its best batch. The ceiling is what multiply-adds between"
                    + " registers reach; the share of it counts multiply-accumulates inside the"
                    + " image only.",
            "Networks are untrained, which does not matter to time."
        })
final class BenchEngineCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");
    private static final Duration QUICK_SLICE = Duration.ofMillis(100);
    private static final Duration QUICK_WARMUP = Duration.ofMillis(500);
    private static final int QUICK_ROUNDS = 3;
    private static final List<Integer> QUICK_BATCHES = List.of(1, 8);

    @Option(
            names = "--network",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "resnet18",
            description =
                    "Networks, separated by commas: resnet18, vgg16, resnet20 or resnet56, with"
                            + " -tiny behind it for Tiny ImageNet's shape, 3x64x64 and 200 classes;"
                            + " ${DEFAULT-VALUE} if not given.")
    private List<String> networks = List.of("resnet18");

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            defaultValue = "3x32x32",
            description = "Shape of an image; ${DEFAULT-VALUE} if not given.")
    private String input = "3x32x32";

    @Option(
            names = "--classes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Classes of the networks; ${DEFAULT-VALUE} if not given.")
    private int classes = 10;

    @Option(
            names = "--variants",
            paramLabel = "NAME",
            split = ",",
            defaultValue =
                    "PS4_P4,PS4_P4_B16,PSD4_P8,PSD4_P8_B16,PSD2_P8,PSD2_P8_B16,PS2_P6,PS2_P6_B16,"
                            + "PSD1_P16,PSD1_P16_B16,PS1_P9,PS1_P9_B16,dense",
            description =
                    "Variants that our engine runs, separated by commas; ${DEFAULT-VALUE} if not"
                            + " given. The other engines run dense networks.")
    private List<String> variants = List.of("dense");

    @Option(
            names = {"--engines", "--engine"},
            paramLabel = "NAME",
            split = ",",
            defaultValue = "jvm,onnxruntime,djl-pytorch,onednn",
            description =
                    "Engines, separated by commas; ${DEFAULT-VALUE} if not given. cuda is ours on an"
                            + " NVIDIA device, with PyTorch beside it where the python3 of the path,"
                            + " or of PSCONV_PYTHON, has that.")
    private Set<String> engines = Set.of("jvm");

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            description =
                    "Threads of every engine (default: one for each core). Several numbers, separated"
                            + " by commas, take turns; with 1 among them the others are also given"
                            + " over one thread.")
    private List<Integer> threads = List.of(Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--batches",
            paramLabel = "N",
            split = ",",
            description = "Images classified at once, separated by commas (default: 1,8,32).")
    private @Nullable List<Integer> batches;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Slices of each candidate (default: 7).")
    private @Nullable Integer rounds;

    @Option(
            names = "--slice",
            paramLabel = "TIME",
            description = "How long a candidate runs in a round (default: 300ms).")
    private @Nullable String slice;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            description = "How long a candidate runs before it is measured (default: 2s).")
    private @Nullable String warmup;

    @Option(
            names = "--quick",
            description =
                    "Rough figures soon: --batches 1,8 --rounds 3 --slice 100ms --warmup 500ms.")
    private boolean quick;

    @Option(
            names = "--json",
            converter = OutputFile.class,
            paramLabel = "FILE",
            description = "Also write every figure to a file, as one JSON object.")
    private @Nullable Path json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        BenchPlan plan = plan();
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        try (StopSignal signal = new StopSignal();
                EngineBench bench = new EngineBench(plan)) {
            err.printf(
                    "psconv: measuring for about %s; Ctrl-C shows what there is by then …%n",
                    text(bench.estimate()));
            err.flush();
            BenchReport report = run(bench, signal);
            out.print(report.table());
            out.flush();
            if (json != null) {
                report.write(json);
            }
            if (!report.complete()) {
                return INTERRUPTED;
            }
            return report.rows().isEmpty() ? 1 : 0;
        }
    }

    private static BenchReport run(EngineBench bench, StopSignal signal) {
        try (ProgressBar bar = Progress.bar("bench", "slices", bench.steps())) {
            return bench.run(
                    signal::isStopped,
                    () -> {
                        if (bar != null) {
                            bar.step();
                        }
                    });
        }
    }

    private BenchPlan plan() {
        FeatureShape shape = shape();
        return new BenchPlan(
                networks.stream().map(name -> BenchNetwork.of(name, shape, classes)).toList(),
                variants.stream().map(Variant::of).toList(),
                engines,
                threads,
                batches != null ? batches : quick ? QUICK_BATCHES : List.of(1, 8, 32),
                rounds != null ? rounds : quick ? QUICK_ROUNDS : 7,
                duration("--slice", slice, quick ? QUICK_SLICE : Duration.ofMillis(300)),
                duration("--warmup", warmup, quick ? QUICK_WARMUP : Duration.ofSeconds(2)));
    }

    private FeatureShape shape() {
        Matcher matcher = SHAPE.matcher(input);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "--input was '"
                            + input
                            + "' but it must be channels, height and width, for example 3x64x64");
        }
        return new FeatureShape(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    private static Duration duration(String option, @Nullable String text, Duration otherwise) {
        if (text == null) {
            return otherwise;
        }
        try {
            return TimeUtils.parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " was '" + text + "' but it must be a time like 300ms or 2s", e);
        }
    }

    private static String text(Duration duration) {
        long seconds = Math.max(1, duration.toSeconds());
        return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
    }
}
