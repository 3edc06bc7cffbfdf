package io.psconv.cli;

import io.psconv.bench.chaos.ChaosPlan;
import io.psconv.bench.chaos.ChaosReport;
import io.psconv.bench.chaos.ChaosRun;
import io.psconv.bench.chaos.ChaosWatcher;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.StoredModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Kills processes of a real cluster under load and checks every answer. */
@Command(
        name = "chaos",
        description = {
            "Shows that no fault loses, doubles or mixes up a frame.",
            "It starts Kafka, ZooKeeper, a JobManager and two task managers as processes, lets"
                    + " cameras send good and bad frames while models are swapped, kills processes"
                    + " with -9 at random, and compares every frame sent with what read_committed"
                    + " shows in the end. The exit code is 0 only if nothing was wrong."
        })
final class ChaosCommand implements Callable<Integer> {
    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
    private static final int PICTURES = 64;
    private static final int INTERRUPTED = 130;

    @Mixin private final StoreOption store = new StoreOption();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "5",
            description =
                    "How long frames are sent, 0.4 to 1440; 3.2 kills a minute;"
                            + " ${DEFAULT-VALUE} if not given.")
    private double minutes = 5;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "7",
            description = "Seed of kills, bad frames and pictures; ${DEFAULT-VALUE} if not given.")
    private long seed = 7;

    @Option(
            names = "--rate",
            paramLabel = "FPS",
            defaultValue = "40",
            description =
                    "Frames a second of all cameras together; ${DEFAULT-VALUE} if not given. The"
                            + " cluster must be able to take more, to make up for its recoveries.")
    private double rate = 40;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "2",
            description = "Subtasks on the two task managers; ${DEFAULT-VALUE} if not given.")
    private int parallelism = 2;

    @Option(
            names = "--models",
            paramLabel = "NAME[@VERSION],…",
            split = ",",
            defaultValue = "resnet20-dense,resnet18-psd1_p16@1",
            description = "Models that take turns; ${DEFAULT-VALUE} if not given.")
    private List<String> models = List.of();

    @Option(
            names = "--json",
            converter = OutputFile.class,
            paramLabel = "FILE",
            description = "Also write the figures to a file, as one JSON object.")
    private @Nullable Path json;

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
        if (!(minutes >= 0.4 && minutes <= 1440)) {
            throw new IllegalArgumentException(
                    "--minutes was '" + minutes + "' but it must be between 0.4 and 1440");
        }
        ChaosPlan plan = plan();
        spec.commandLine()
                .getErr()
                .println("psconv: starting Kafka, ZooKeeper, a JobManager and two task managers …");
        try (StopSignal signal = new StopSignal()) {
            Optional<ChaosReport> report = run(plan, signal);
            return report.isEmpty() ? INTERRUPTED : report(report.get());
        }
    }

    /** Empty if it was stopped. */
    private Optional<ChaosReport> run(ChaosPlan plan, StopSignal signal) throws Exception {
        try (Watcher watcher = new Watcher(signal, spec.commandLine().getErr())) {
            return ChaosRun.run(plan, watcher);
        } catch (Exception e) {
            // Ctrl-C ends the processes too, which may show as a failure first.
            if (signal.isStopped()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private int report(ChaosReport report) throws Exception {
        if (json != null) {
            report.write(json);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(report.table());
        out.flush();
        return report.isClean() ? 0 : 1;
    }

    private ChaosPlan plan() throws Exception {
        List<StoredModel> stored = new ArrayList<>();
        for (String model : models) {
            stored.add(store.store().resolve(model));
        }
        LabelledImages images =
                DataSets.open(StoreOption.sample(), CIFAR, DataSets.CIFAR10_CLASSES, Split.TEST)
                        .first(PICTURES);
        return new ChaosPlan(
                Duration.ofMillis(Math.round(minutes * 60_000)),
                seed,
                rate,
                parallelism,
                store.folder().toAbsolutePath(),
                stored,
                IntStream.range(0, PICTURES)
                        .mapToObj(number -> Pngs.encode(images, number))
                        .toList(),
                logs);
    }

    /** Shows progress, with a line for every kill. */
    private final class Watcher implements ChaosWatcher, AutoCloseable {
        private final StopSignal signal;
        private final PrintWriter err;
        private final @Nullable ProgressBar bar;

        Watcher(StopSignal signal, PrintWriter err) {
            this.signal = signal;
            this.err = err;
            this.bar = Progress.bar("answered", "frames", Math.round(minutes * 60 * rate));
        }

        @Override
        public void say(String line) {
            // Over the bar, which is drawn again below it.
            err.println((bar == null ? "" : "\r\033[K") + "psconv: " + line);
            err.flush();
        }

        @Override
        public void answered(int frames) {
            if (bar != null) {
                bar.stepTo(frames);
            }
        }

        @Override
        public boolean isStopped() {
            return signal.isStopped();
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
