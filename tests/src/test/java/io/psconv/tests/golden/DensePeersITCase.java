package io.psconv.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.djl.PyTorchEngine;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.export.TorchScriptForm;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.onnxruntime.OnnxRuntimeEngine;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our engine against ONNX Runtime and PyTorch, which run what the exporters write. */
class DensePeersITCase {
    /** Of the Euclidean norm of an image's logits; single precision is off by some 1e-6. */
    private static final double TOLERANCE = 1e-4;

    private static final List<InferenceEngine> PEERS =
            List.of(new OnnxRuntimeEngine(1), new PyTorchEngine(1));

    @ParameterizedTest
    @MethodSource("networks")
    void agreesWithDensePeers(
            String architecture, String variant, int side, int classes, TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        CompressedModel model = RandomNetworks.create(architecture, variant, side, classes, seed);
        float[] images = RandomNetworks.images(model, 5, seed);
        float[] one = new float[classes];
        float[] five = new float[5 * classes];
        classify(new JvmEngine(ConvolutionForms.vector().orElseThrow()), model, images, one, five);

        for (InferenceEngine peer : PEERS) {
            float[] oneThere = new float[classes];
            float[] fiveThere = new float[5 * classes];
            classify(peer, model, images, oneThere, fiveThere);

            String what = peer.name() + " with seed " + seed;
            assertClose(one, oneThere, classes, what);
            assertClose(five, fiveThere, classes, what);
        }
    }

    /** On each device that PyTorch has. */
    @ParameterizedTest
    @CsvSource({
        "resnet20, PS4_P4, 32",
        "resnet20, PS2_P6, 32",
        "resnet20, PSD4_P8, 64",
        "resnet20, PSD2_P16, 32",
        "resnet18, PSD1_P16, 32",
        "vgg16, PS1_P9, 32",
    })
    void agreesWithGroupedConvolutions(
            String architecture, String variant, int side, TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        CompressedModel model = RandomNetworks.create(architecture, variant, side, 10, seed);
        float[] images = RandomNetworks.images(model, 5, seed);
        float[] one = new float[10];
        float[] five = new float[50];
        classify(new JvmEngine(ConvolutionForms.vector().orElseThrow()), model, images, one, five);

        for (Device device : devices()) {
            InferenceEngine grouped = new PyTorchEngine(1, TorchScriptForm.GROUPED, device);
            try (LoadedModel loaded = grouped.load(model)) {
                assertThat(loaded.executedVariant()).isEqualTo(model.variant());
            }
            float[] oneThere = new float[10];
            float[] fiveThere = new float[50];
            classify(grouped, model, images, oneThere, fiveThere);

            String what = grouped.name() + " on " + device + " with seed " + seed;
            assertClose(one, oneThere, 10, what);
            assertClose(five, fiveThere, 10, what);
        }
    }

    private static List<Device> devices() {
        Engine engine = Engine.getEngine("PyTorch");
        List<Device> devices = new ArrayList<>(List.of(Device.cpu()));
        for (int index = 0; index < engine.getGpuCount(); index++) {
            devices.add(Device.gpu(index));
        }
        return devices;
    }

    static Stream<Arguments> networks() {
        List<String> variants =
                List.of("dense", "PS4_P4", "PSD1_P16", "PS1_P9", "pSC2_S7", "PSD1_P16_B16");
        Stream<Arguments> cifar =
                Stream.of("resnet18", "vgg16", "resnet20", "resnet56")
                        .flatMap(
                                architecture ->
                                        variants.stream()
                                                .map(
                                                        variant ->
                                                                Arguments.of(
                                                                        architecture,
                                                                        variant,
                                                                        32,
                                                                        10)));
        Stream<Arguments> published =
                Stream.of(
                        Arguments.of("resnet18", "PSD4_P8", 32, 10),
                        Arguments.of("resnet18", "PSD2_P8", 32, 10),
                        Arguments.of("resnet18", "PS2_P6", 32, 10),
                        Arguments.of("vgg16", "PSD4_P8", 32, 10),
                        Arguments.of("vgg16", "PSD2_P8", 32, 10),
                        Arguments.of("vgg16", "PS2_P6", 32, 10));
        Stream<Arguments> tinyImageNet =
                Stream.of(
                        Arguments.of("resnet18", "PSD1_P16", 64, 200),
                        Arguments.of("vgg16", "PS4_P4", 64, 200),
                        Arguments.of("resnet20", "PS1_P9", 64, 200),
                        Arguments.of("resnet56", "dense", 64, 200));
        Stream<Arguments> others =
                Stream.of(
                        Arguments.of("resnet50", "dense", 64, 10),
                        Arguments.of("resnet50", "PSD1_P16", 224, 1000),
                        Arguments.of("ffnn", "dense", 28, 10));
        return Stream.of(cifar, published, tinyImageNet, others).flatMap(networks -> networks);
    }

    @ParameterizedTest
    @CsvSource({"resnet56-dense", "resnet20-dense", "resnet18-psd1_p16"})
    void findsTheSameLabelsInRealImages(String name) throws Exception {
        LabelledImages images =
                DataSets.open(BundledModels.samples(), BundledModels.CIFAR, List.of(), Split.TEST)
                        .first(256);
        CompressedModel model = BundledModels.read(name);
        int classes = model.network().classes();
        float[] logits = TestAccuracy.logits(model, images);

        for (InferenceEngine peer : PEERS) {
            float[] there = TestAccuracy.logits(peer, model, images);

            assertThat(TestAccuracy.labels(there, classes))
                    .as("labels of %s", peer.name())
                    .isEqualTo(TestAccuracy.labels(logits, classes));
            assertClose(logits, there, classes, peer.name());
        }
    }

    @ParameterizedTest
    @CsvSource({"resnet56-dense", "resnet20-dense", "resnet18-psd1_p16"})
    void reproducesGoldenVectors(String name) throws Exception {
        CompressedModel model = BundledModels.read(name);
        assertThat(model.golden()).isNotNull();
        for (InferenceEngine peer : PEERS) {
            try (LoadedModel loaded = peer.load(model)) {
                assertThat(loaded.engine()).isEqualTo(peer.name());
                assertThat(loaded.executedVariant()).isEqualTo(Variant.DENSE);
                GoldenCheck.verify(loaded);
            }
        }
    }

    /** The larger batch first, so that the smaller one would meet what it left. */
    private static void classify(
            InferenceEngine engine,
            CompressedModel model,
            float[] images,
            float[] one,
            float[] five) {
        try (LoadedModel loaded = engine.load(model);
                Classifier classifier = loaded.newClassifier(5)) {
            classifier.classify(images, 5, five);
            classifier.classify(images, 1, one);
        }
    }

    private static void assertClose(float[] ours, float[] theirs, int classes, String what) {
        for (int image = 0; image < ours.length / classes; image++) {
            double squares = 0;
            double squaredDifference = 0;
            for (int index = image * classes; index < (image + 1) * classes; index++) {
                double difference = (double) ours[index] - theirs[index];
                squares += (double) theirs[index] * theirs[index];
                squaredDifference += difference * difference;
            }
            assertThat(squares).as("squared norm, %s", what).isPositive().isFinite();
            assertThat(Math.sqrt(squaredDifference / squares))
                    .as("distance over norm, image %d, %s", image, what)
                    .isLessThanOrEqualTo(TOLERANCE);
        }
    }
}
