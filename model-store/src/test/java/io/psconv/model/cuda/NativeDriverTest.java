package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.engine.TestNetworks;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.SampleModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The engine over JNA on a driver in C++, built here, which computes what kernels are asked for and
 * refuses what the real one would: {@code src/test/cpp/emulated_driver.cpp}.
 */
class NativeDriverTest {
    private static final Path SOURCE = Path.of("src/test/cpp/emulated_driver.cpp");
    private static final int CLASSES = 10;

    @SuppressWarnings("NullAway.Init") // Set before the tests.
    @TempDir
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before the tests.
    private static Path library;

    private final CudaDriver driver = new CudaDriver(CudaDriver.load(library.toString()));
    private final CudaDevices devices = new CudaDevices(driver, PtxModule.portable());

    @BeforeAll
    static void build() throws Exception {
        library = folder.resolve("libcuda.so.1");
        ProcessBuilder compiler =
                new ProcessBuilder(
                        "g++",
                        "-std=c++17",
                        "-O2",
                        "-shared",
                        "-fPIC",
                        "-pthread",
                        "-o",
                        library.toString(),
                        SOURCE.toString());
        try {
            Process process = compiler.redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                abort("g++ does not compile " + SOURCE + " here: " + said);
            }
        } catch (IOException e) {
            abort("there is no g++, so no driver was built: " + e.getMessage());
        }
    }

    @AfterEach
    void nothingWasRefusedOrLeftOpen() {
        assertThat(ask("emulatedViolations")).isZero();
        assertThat(ask("emulatedOpen")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithTheJvmEngine(Precision precision, TestReporter reporter) {
        CompressedModel model = model("PSD1_P16");
        float[] images = images(model, 12, reporter);
        float[] expected = expected(model, images, 12);

        try (LoadedModel loaded = engine(precision).load(model);
                Classifier classifier = loaded.newClassifier(12)) {
            for (int batch : List.of(7, 12, 1)) {
                float[] logits = new float[batch * CLASSES];
                classifier.classify(images, batch, logits);

                assertClose(logits, expected, precision);
                assertThat(classifier.deviceNanos().orElseThrow()).isPositive();
            }
        }
    }

    @Test
    void subtasksShareTheDevice(TestReporter reporter) throws Exception {
        CompressedModel model = model("PS2_P6");
        float[] images = images(model, 4, reporter);
        float[] expected = expected(model, images, 4);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (LoadedModel loaded = engine(Precision.FP16).load(model)) {
            List<Future<?>> running = new ArrayList<>();
            for (int subtask = 0; subtask < 3; subtask++) {
                running.add(
                        threads.submit(
                                () -> {
                                    try (Classifier classifier = loaded.newClassifier(4)) {
                                        for (int batch : List.of(1, 4, 3, 2)) {
                                            float[] logits = new float[batch * CLASSES];
                                            classifier.classify(images, batch, logits);
                                            assertClose(logits, expected, Precision.FP16);
                                        }
                                    }
                                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void describesTheDevice() {
        DeviceFacts facts = devices.all().get(0);

        assertThat(facts)
                .hasToString(
                        "device 0 (Emulated in C++, 4 GiB, compute capability 9.0, 0000:1B:00.0)");
        // Two transfers a cycle of 2.619 GHz over 5120 bits.
        assertThat(facts.memoryBytesPerSecond()).isEqualTo(2 * 2_619_000e3 * 5120 / 8);
        assertThat(facts.multiprocessors()).isEqualTo(132);
        assertThat(driver.versionText()).isEqualTo("13.0");
    }

    @Test
    void repeatsWhatTheCompilerSays() {
        byte[] text = "no PTX".getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> new CudaDevice(driver, devices.all().get(0), text))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("CUDA_ERROR_INVALID_PTX")
                .hasMessageContaining("«emulated compiler: no entry in 6 characters»");
    }

    @Test
    void saysHowMuchMemoryThereIs() {
        try (CudaDevice device =
                new CudaDevice(driver, devices.all().get(0), PtxModule.portable())) {
            assertThatThrownBy(
                            () ->
                                    device.inContext(
                                            () ->
                                                    new DeviceMemory(
                                                            device.context(), 5L << 30, "maps")))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("5368709120 bytes for maps, where of 4294967296 bytes");
        }
    }

    private static long ask(String function) {
        Function found = NativeLibrary.getInstance(library.toString()).getFunction(function);
        return found.invokeLong(new Object[0]);
    }

    private CudaEngine engine(Precision precision) {
        return new CudaEngine(
                devices,
                new CudaSettings(precision, List.of()),
                (model, chosen) -> new BuiltPrograms(new CudaProgramBuilder(model, chosen)));
    }

    private static CompressedModel model(String variant) {
        return TestNetworks.create("resnet20", variant, SampleModels.CIFAR, CLASSES);
    }

    private static float[] expected(CompressedModel model, float[] images, int count) {
        float[] logits = new float[count * CLASSES];
        try (LoadedModel loaded =
                        new JvmEngine(ConvolutionForms.choose("auto", false)).load(model);
                Classifier classifier = loaded.newClassifier(count)) {
            classifier.classify(images, count, logits);
        }
        return logits;
    }

    private static void assertClose(float[] logits, float[] expected, Precision precision) {
        float[] same = Arrays.copyOf(expected, logits.length);
        CudaAgreementTest.assertClose(logits, same, precision);
    }

    private static float[] images(CompressedModel model, int count, TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        float[] values = new float[count * model.network().input().length()];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }
}
