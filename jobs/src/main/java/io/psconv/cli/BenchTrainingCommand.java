package io.psconv.cli;

import io.psconv.bench.engine.BenchNetwork;
import io.psconv.bench.training.TrainingBench;
import io.psconv.bench.training.TrainingBenchPlan;
import io.psconv.bench.training.TrainingBenchReport;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.training.TrainingEngines;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures training of our engine's variants beside PyTorch. */
@Command(
        name = "training",
        description = {
            "Measures images a second that our engine trains in each variant, and that PyTorch"
                    + " does.",
            "All run in this process by turns, some steps in every round; medians are given with"
                    + " the smallest and largest round. Ratios are taken within a round. A step is"
                    + " forward, loss, backward and update. PyTorch trains the dense network, which"
                    + " is the same work for every variant.",
            "Images are random pixels and networks untrained, which does not matter to time."
        })
final class BenchTrainingCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final FeatureShape CIFAR_INPUT = new FeatureShape(3, 32, 32);
    private static final int CIFAR_CLASSES = 10;

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
            names = "--variants",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "dense,PS4_P4,PSD4_P8,PSD2_P8,PS2_P6,PSD1_P16,PSD1_P16_B16,PS1_P9",
            description =
                    "Variants that our engine trains, separated by commas; ${DEFAULT-VALUE} if not"
                            + " given.")
    private List<String> variants = List.of("dense");

    @Option(
            names = "--engines",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "jvm,djl-pytorch",
            description = "Engines, separated by commas; ${DEFAULT-VALUE} if not given.")
    private List<String> engines = List.of("jvm");

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of every engine (default: one for each core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "Images of a step; ${DEFAULT-VALUE} if not given.")
    private int batch = 128;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each candidate; ${DEFAULT-VALUE} if not given.")
    private int rounds = 5;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "3",
            description = "Steps measured in a turn; ${DEFAULT-VALUE} if not given.")
    private int steps = 3;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Steps of each candidate before the first round; ${DEFAULT-VALUE} if not given.")
    private int warmup = 3;

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
        TrainingBench bench = new TrainingBench(plan(), TrainingEngines::choose);
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        try (StopSignal signal = new StopSignal()) {
            err.printf(
                    "psconv: training for %d turns; Ctrl-C shows what there is by then …%n",
                    bench.turns());
            err.flush();
            TrainingBenchReport report = run(bench, signal);
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

    private static TrainingBenchReport run(TrainingBench bench, StopSignal signal) {
        try (ProgressBar bar = Progress.bar("bench", "turns", bench.turns())) {
            return bench.run(
                    signal::isStopped,
                    () -> {
                        if (bar != null) {
                            bar.step();
                        }
                    });
        }
    }

    private TrainingBenchPlan plan() {
        return new TrainingBenchPlan(
                networks.stream()
                        .map(name -> BenchNetwork.of(name, CIFAR_INPUT, CIFAR_CLASSES))
                        .toList(),
                variants.stream().map(Variant::of).toList(),
                engines,
                threads,
                batch,
                rounds,
                steps,
                warmup);
    }
}
