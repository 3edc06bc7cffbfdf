package io.psconv.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psconv.bench.onednn.OneDnnEngine;
import io.psconv.bench.onednn.OneDnnLayout;
import io.psconv.bench.onednn.OneDnnPrecision;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** oneDNN's networks are the same networks: what it is measured at is the same work. */
class OneDnnAgreementITCase {
    private static final double FP32_TOLERANCE = 1e-4;
    private static final double INT8_TOLERANCE = 0.1;

    /** Eight bits of mantissa are off by 0.2 % in a layer, and by some 1 % after twenty of them. */
    private static final double BF16_TOLERANCE = 0.05;

    private static final int BATCH = 3;

    @ParameterizedTest
    @CsvSource({
        "resnet18,32,10,dense,ANY",
        "resnet18,32,10,dense,NHWC",
        "resnet18,32,10,dense,",
        "resnet18,64,200,PSD1_P16,ANY",
        "vgg16,32,10,dense,ANY",
        "vgg16,32,10,PS2_P6_B16,NHWC",
        "vgg16,32,10,pSC4,",
        "vgg16,64,200,dense,ANY"
    })
    void floatsAgreeWithOurs(
            String architecture,
            int side,
            int classes,
            String variant,
            @Nullable OneDnnLayout layout) {
        CompressedModel model = model(architecture, side, classes, variant);
        OneDnnLayout chosen = layout == null ? OneDnnEngine.blocked() : layout;

        double difference =
                difference(model, new OneDnnEngine(OneDnnPrecision.FP32, chosen), BATCH);

        assertThat(difference).isLessThan(FP32_TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({"resnet18,32,10", "vgg16,32,10", "resnet18,64,200"})
    void integersComeNear(String architecture, int side, int classes) {
        CompressedModel model = model(architecture, side, classes, "dense");

        double difference =
                difference(model, new OneDnnEngine(OneDnnPrecision.INT8, OneDnnLayout.NHWC), BATCH);

        assertThat(difference).isBetween(FP32_TOLERANCE, INT8_TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({"resnet18,32,10", "vgg16,32,10"})
    void shortFloatsComeNear(String architecture, int side, int classes) {
        InferenceEngine engine;
        try {
            engine = new OneDnnEngine(OneDnnPrecision.BF16, OneDnnLayout.ANY);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageStartingWith("this processor has no bf16 multiplication");
            assumeTrue(false, e.getMessage());
            return;
        }
        CompressedModel model = model(architecture, side, classes, "dense");

        assertThat(difference(model, engine, BATCH)).isBetween(FP32_TOLERANCE, BF16_TOLERANCE);
    }

    /** What the layout for this processor is worth: the other one is refused, or agrees, too. */
    @Test
    void scalarLoopsAreNoYardstick() {
        OneDnnLayout other =
                OneDnnEngine.blocked() == OneDnnLayout.BLOCKED_8
                        ? OneDnnLayout.BLOCKED_16
                        : OneDnnLayout.BLOCKED_8;
        InferenceEngine engine = new OneDnnEngine(OneDnnPrecision.FP32, other);
        CompressedModel model = model("vgg16", 32, 10, "dense");

        if (other == OneDnnLayout.BLOCKED_16) {
            assertThatThrownBy(() -> engine.load(model).newClassifier(BATCH))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "oneDNN has only its scalar reference, 'ref:any', for layer 'features.0' in"
                                    + " fp32 and layout nChw16c on this processor");
        } else {
            assertThat(difference(model, engine, BATCH)).isLessThan(FP32_TOLERANCE);
        }
    }

    @Test
    void aSmallerBatchHasAPlanOfItsOwn() {
        CompressedModel model = model("vgg16", 32, 10, "dense");
        float[] images = images(model);
        float[] expected = new float[BATCH * 10];
        float[] actual = new float[BATCH * 10];
        try (Classifier classifier =
                new OneDnnEngine(OneDnnPrecision.FP32, OneDnnLayout.ANY)
                        .load(model)
                        .newClassifier(BATCH)) {
            classifier.classify(images, BATCH, expected);
            classifier.classify(images, 1, actual);
        }

        assertThat(distance(Arrays.copyOf(actual, 10), Arrays.copyOf(expected, 10)))
                .isLessThan(FP32_TOLERANCE);
        assertThat(Arrays.copyOfRange(actual, 10, 30)).containsOnly(0);
    }

    /** Threads that OpenMP starts carry the name of the one they work for. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void computesWithTheThreadsItIsTold() throws Exception {
        CompressedModel model = model("vgg16", 32, 10, "dense");
        InferenceEngine engine = new OneDnnEngine(OneDnnPrecision.FP32, OneDnnLayout.ANY);
        List<Long> found = new ArrayList<>();
        Thread caller =
                new Thread(
                        () -> {
                            for (int threads : new int[] {1, 4}) {
                                OneDnnEngine.useThreads(threads);
                                var unused = logits(engine, model, BATCH);
                                found.add(threadsOf("onednn-caller"));
                            }
                        },
                        "onednn-caller");
        caller.start();
        caller.join();

        assertThat(found).containsExactly(1L, 4L);
    }

    private static long threadsOf(String name) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> name.equals(nameOf(task))).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for a thread that has ended meanwhile. */
    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void refusesWhatItDoesNotBuild() {
        CompressedModel model = model("resnet20", 32, 10, "dense");
        InferenceEngine engine = new OneDnnEngine(OneDnnPrecision.FP32, OneDnnLayout.ANY);

        assertThatThrownBy(() -> engine.load(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "layer 'layer2.0.shortcut' is a shortcut that pads channels, which is not"
                                + " built for oneDNN; measure resnet18 or vgg16");
        assertThatThrownBy(() -> new OneDnnEngine(OneDnnPrecision.INT8, OneDnnLayout.ANY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layout was 'any' but for int8 it must be nhwc");
    }

    private static double difference(CompressedModel model, InferenceEngine engine, int batch) {
        return distance(
                logits(engine, model, batch),
                logits(new JvmEngine(ConvolutionForms.choose("vector", true)), model, batch));
    }

    private static double distance(float[] actual, float[] expected) {
        double distance = 0;
        double length = 0;
        for (int index = 0; index < expected.length; index++) {
            distance += Math.pow(actual[index] - (double) expected[index], 2);
            length += Math.pow(expected[index], 2);
        }
        return Math.sqrt(distance / length);
    }

    private static float[] logits(InferenceEngine engine, CompressedModel model, int batch) {
        float[] images = images(model);
        float[] logits = new float[batch * model.network().classes()];
        try (Classifier classifier = engine.load(model).newClassifier(batch)) {
            // Twice: the second run finds the first one's values in its memory.
            classifier.classify(images, batch, logits);
            classifier.classify(images, batch, logits);
        }
        return logits;
    }

    private static CompressedModel model(
            String architecture, int side, int classes, String variant) {
        return UntrainedModel.create(
                Architectures.create(architecture, new FeatureShape(3, side, side), classes),
                Variant.of(variant),
                5);
    }

    private static float[] images(CompressedModel model) {
        Random random = new Random(9);
        float[] images = new float[BATCH * model.network().input().length()];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        return images;
    }
}
