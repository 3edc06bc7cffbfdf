package io.psconv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.bench.engine.BenchNetwork;
import io.psconv.bench.engine.BenchPlan;
import io.psconv.bench.engine.BenchReport;
import io.psconv.bench.engine.EngineBench;
import io.psconv.bench.engine.Skipped;
import io.psconv.bench.gpu.AgreementCheck;
import io.psconv.bench.gpu.CheckReport;
import io.psconv.bench.gpu.CheckRow;
import io.psconv.bench.gpu.EnergyCheck;
import io.psconv.bench.gpu.SpeedGoals;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the CUDA engine on this machine's devices. */
@Command(
        name = "gpu-check",
        description = {
            "Checks the cuda engine on this machine: driver and devices, agreement with the jvm"
                    + " engine, speed beside PyTorch's where there is one, the energy counter, and"
                    + " the demo.",
            "Ends with 3 where there is no device."
        })
final class GpuCheckCommand implements Callable<Integer> {
    private static final int NO_DEVICE = 3;
    private static final double SINGLE_TOLERANCE = 1e-4;
    private static final double HALF_TOLERANCE = 1e-2;
    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
    private static final int QUICK_IMAGES = 256;
    private static final int IMAGES = 2000;

    private static final List<String> QUICK_VARIANTS = List.of("dense", "PSD1_P16", "PS2_P6_B16");
    private static final List<String> VARIANTS =
            List.of(
                    "dense",
                    "PS4_P4",
                    "PSD4_P8",
                    "PSD2_P8",
                    "PS2_P6",
                    "PSD1_P16",
                    "PS1_P9",
                    "PS4_P4_B16",
                    "PSD4_P8_B16",
                    "PSD2_P8_B16",
                    "PS2_P6_B16",
                    "PSD1_P16_B16",
                    "PS1_P9_B16");

    @Mixin private final StoreOption store = new StoreOption();

    @Option(
            names = "--quick",
            description =
                    "Less of everything: agreement of three variants and on 256 images, speed of"
                            + " two variants of resnet18.")
    private boolean quick;

    @Option(
            names = "--json",
            converter = OutputFile.class,
            paramLabel = "FILE",
            description = "Also write the table to a file, as one JSON object.")
    private @Nullable Path json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        InferenceEngine half;
        InferenceEngine single;
        try {
            half = InferenceEngines.choose("cuda precision=fp16", "auto", false);
            single = InferenceEngines.choose("cuda precision=fp32", "auto", false);
        } catch (IllegalStateException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("psconv: there is no CUDA device to check: " + e.getMessage());
            err.flush();
            return NO_DEVICE;
        }
        List<CheckRow> rows = new ArrayList<>();
        rows.add(CheckRow.information("driver and devices", half.description()));
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        Runtime.getRuntime().availableProcessors(),
                        task -> {
                            Thread thread = new Thread(task, "psconv-gpu-check");
                            thread.setDaemon(true);
                            return thread;
                        });
        try {
            JvmEngine reference =
                    new JvmEngine(
                            ConvolutionForms.choose("auto", false),
                            threads,
                            Runtime.getRuntime().availableProcessors());
            agree("fp32", new AgreementCheck(reference, single, SINGLE_TOLERANCE), rows);
            agree("fp16", new AgreementCheck(reference, half, HALF_TOLERANCE), rows);
        } finally {
            threads.shutdownNow();
        }
        step("speed", rows, () -> measure(rows));
        step(
                "energy",
                rows,
                () ->
                        rows.add(
                                new EnergyCheck(half, Duration.ofSeconds(quick ? 2 : 10))
                                        .check(model("resnet18-psd1_p16"))));
        step("demo", rows, () -> rows.add(demo()));
        CheckReport report =
                new CheckReport(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        half.description(),
                        rows);
        spec.commandLine().getOut().print(report.table());
        spec.commandLine().getOut().flush();
        if (json != null) {
            report.write(json);
        }
        return report.passed() ? 0 : 1;
    }

    /** One part of the check. */
    private interface Step {
        void run() throws Exception;
    }

    /** What fails is a line of the table, so that the other parts are seen as well. */
    private void step(String what, List<CheckRow> rows, Step step) {
        spec.commandLine().getErr().println("psconv: checking " + what + " …");
        spec.commandLine().getErr().flush();
        try {
            step.run();
        } catch (Exception | InternalError e) {
            rows.add(CheckRow.must(what, String.valueOf(e.getMessage()), "no failure", false));
        }
    }

    private CompressedModel model(String name) throws Exception {
        return store.store().read(store.store().resolve(name));
    }

    private void agree(String label, AgreementCheck check, List<CheckRow> rows) throws IOException {
        List<Variant> variants =
                (quick ? QUICK_VARIANTS : VARIANTS).stream().map(Variant::of).toList();
        for (String architecture : List.of("resnet18", "vgg16")) {
            step(
                    "agreement in " + label + ", " + architecture,
                    rows,
                    () -> rows.add(check.untrained(label, architecture, variants)));
        }
        LabelledImages images =
                DataSets.open(StoreOption.sample(), CIFAR, DataSets.CIFAR10_CLASSES, Split.TEST)
                        .first(quick ? QUICK_IMAGES : IMAGES);
        for (String name : List.of("resnet18-psd1_p16", "resnet20-dense")) {
            step(
                    "agreement in " + label + ", " + name,
                    rows,
                    () -> rows.add(check.trained(label + " " + name, model(name), images)));
        }
    }

    private void measure(List<CheckRow> rows) {
        BenchPlan plan =
                new BenchPlan(
                        (quick ? Stream.of("resnet18") : Stream.of("resnet18", "vgg16"))
                                .map(name -> BenchNetwork.of(name, CIFAR, 10))
                                .toList(),
                        (quick
                                        ? Stream.of("PSD1_P16", "dense")
                                        : Stream.of(
                                                "PS4_P4",
                                                "PSD2_P8",
                                                "PS2_P6",
                                                "PSD1_P16",
                                                "PSD1_P16_B16",
                                                "PS1_P9",
                                                "dense"))
                                .map(Variant::of)
                                .toList(),
                        Set.of("cuda"),
                        List.of(1),
                        quick ? List.of(1, 256) : List.of(1, 8, 64, 256, 1024),
                        3,
                        Duration.ofMillis(quick ? 100 : 200),
                        Duration.ofMillis(quick ? 100 : 300));
        try (StopSignal signal = new StopSignal();
                EngineBench bench = new EngineBench(plan)) {
            BenchReport report = bench.run(signal::isStopped, () -> {});
            rows.addAll(new SpeedGoals(report.rows()).check());
            for (Skipped skipped : report.skipped()) {
                rows.add(CheckRow.skipped(skipped.what(), skipped.reason()));
            }
        }
    }

    private CheckRow demo() throws IOException {
        Path report = Files.createTempFile("psconv-demo", ".json");
        try {
            int status =
                    Psconv.run(
                            new PrintWriter(PrintWriter.nullWriter()),
                            spec.commandLine().getErr(),
                            "demo",
                            "--engine",
                            "cuda",
                            "--frames",
                            Integer.toString(quick ? 500 : IMAGES),
                            "--rate",
                            "400",
                            "--json",
                            report.toString());
            String found = "ended with " + status;
            if (Files.size(report) > 0) {
                JsonNode fields = new ObjectMapper().readTree(report.toFile());
                found =
                        String.format(
                                Locale.ROOT,
                                "%.0f frames/s, %d lost, %d again, energy %s",
                                fields.path("framesPerSecond").asDouble(),
                                fields.path("lost").asInt(),
                                fields.path("duplicates").asInt(),
                                fields.path("energySource").asText("none"));
            }
            return CheckRow.must("demo", found, "every frame exactly once", status == 0);
        } finally {
            Files.deleteIfExists(report);
        }
    }
}
