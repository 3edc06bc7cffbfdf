package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.engine.TestNetworks;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.SampleModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole engine, from {@link CudaEngine} to the checked-in PTX, on a device in Java against the
 * JVM engine.
 */
class CudaAgreementTest {
    private static final int CLASSES = 10;

    private final PtxDevice device = new PtxDevice();
    private final EmulatedDriver library = new EmulatedDriver(device, 1, 1L << 30);
    private final CudaDevices devices =
            new CudaDevices(new CudaDriver(library), PtxModule.portable());

    /** A bucket that is not full, then a smaller one where the larger one left its maps. */
    @ParameterizedTest
    @EnumSource
    void agreesWithTheJvmEngineInBatchesOfAnySize(Precision precision, TestReporter reporter) {
        CompressedModel model =
                TestNetworks.create("resnet20", "PSD1_P16", SampleModels.CIFAR, CLASSES);
        // Single precision takes the same way, more slowly.
        List<Integer> batches = precision == Precision.FP16 ? List.of(3, 1) : List.of(1);
        float[] images = images(model, 3, reporter);
        float[] expected = expected(model, images, 3);

        try (LoadedModel loaded = engine(precision).load(model);
                Classifier classifier = loaded.newClassifier(4)) {
            for (int batch : batches) {
                float[] logits = new float[batch * CLASSES];
                classifier.classify(images, batch, logits);

                assertClose(logits, expected, precision);
            }
        }
        assertThat(library.graphLaunches()).isEqualTo(batches.size());
        assertThat(library.stillOpen()).isEmpty();
    }

    @Test
    void twoSubtasksAndTwoModelsShareADevice(TestReporter reporter) throws Exception {
        List<CompressedModel> models =
                List.of(
                        TestNetworks.create("resnet20", "PS4_P4", SampleModels.CIFAR, CLASSES),
                        TestNetworks.create("resnet20", "PS1_P9", SampleModels.CIFAR, CLASSES));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CudaEngine engine = engine(Precision.FP16);
            List<Future<?>> running = new ArrayList<>();
            for (CompressedModel model : models) {
                float[] images = images(model, 1, reporter);
                float[] expected = expected(model, images, 1);
                running.add(
                        threads.submit(
                                () -> {
                                    try (LoadedModel loaded = engine.load(model);
                                            Classifier classifier = loaded.newClassifier(1)) {
                                        float[] logits = new float[CLASSES];
                                        classifier.classify(images, 1, logits);
                                        assertClose(logits, expected, Precision.FP16);
                                    }
                                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(library.stillOpen()).isEmpty();
    }

    /** What the scalar loops made, within what each precision is allowed. */
    @Test
    void passesGoldenVectors(TestReporter reporter) {
        CompressedModel plain =
                TestNetworks.create("resnet20", "PSD2_P8", SampleModels.CIFAR, CLASSES);
        byte[] pixels = new byte[SampleModels.CIFAR.length()];
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        new Random(seed).nextBytes(pixels);
        CompressedModel model =
                new CompressedModel(
                        plain.network(),
                        plain.variant(),
                        plain.metadata(),
                        plain.tensors(),
                        GoldenCheck.compute(plain, pixels, 1));

        // Checked when the model comes to a device.
        try (LoadedModel loaded = engine(Precision.FP16).load(model);
                Classifier classifier = loaded.newClassifier(1)) {
            assertThat(classifier.maxBatch()).isEqualTo(1);
        }
        assertThat(device.launches()).isNotEmpty();
    }

    private CudaEngine engine(Precision precision) {
        return new CudaEngine(
                devices,
                new CudaSettings(precision, List.of()),
                (model, chosen) -> new BuiltPrograms(new CudaProgramBuilder(model, chosen)));
    }

    private static float[] expected(CompressedModel model, float[] images, int count) {
        float[] logits = new float[count * CLASSES];
        try (Classifier classifier =
                new JvmEngine(ConvolutionForms.choose("auto", false))
                        .load(model)
                        .newClassifier(count)) {
            classifier.classify(images, count, logits);
        }
        return logits;
    }

    static void assertClose(float[] logits, float[] expected, Precision precision) {
        double tolerance = precision == Precision.FP16 ? 1e-2 : 1e-4;
        for (int image = 0; image < logits.length / CLASSES; image++) {
            double squares = 0;
            double distance = 0;
            for (int index = image * CLASSES; index < (image + 1) * CLASSES; index++) {
                squares += (double) expected[index] * expected[index];
                distance += Math.pow((double) logits[index] - expected[index], 2);
            }
            assertThat(squares).isPositive();
            assertThat(Math.sqrt(distance / squares))
                    .as("distance over norm, image %d", image)
                    .isLessThanOrEqualTo(tolerance);
        }
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
