package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.TestNetworks;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checked-in PTX, executed, against the JVM engine: all variants, strides and odd sizes. */
class CudaKernelsTest {
    static final double SINGLE_TOLERANCE = 1e-4;
    static final double HALF_TOLERANCE = 1e-2;

    /** One small network: its sparse layers and how many images. */
    private record Case(
            String variant, int channels, int filters, int stride, int side, int images) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String variant :
                List.of(
                        "dense",
                        "PS4_P4",
                        "PS2_P6",
                        "PS1_P9",
                        "PSD4_P8",
                        "PSD4_P16",
                        "PSD2_P8",
                        "PSD2_P16",
                        "PSD1_P8",
                        "PSD1_P16",
                        "PSD1_P16_B16",
                        "PS4_P4_B16",
                        "PSD2_P8_Ball",
                        "PS2_P6_Ball",
                        "PS1_P9_B16")) {
            cases.add(new Case(variant, 16, 32, 1, 7, 3));
            cases.add(new Case(variant, 32, 48, 2, 9, 2));
        }
        // Few pixels, for the kernels that take few.
        for (String variant : List.of("dense", "PS4_P4")) {
            cases.add(new Case(variant, 16, 32, 1, 5, 1));
            cases.add(new Case(variant, 16, 48, 1, 5, 1));
            cases.add(new Case(variant, 16, 32, 1, 3, 1));
            cases.add(new Case(variant, 16, 48, 1, 3, 1));
        }
        // Many, of all widths.
        cases.add(new Case("PS4_P4", 16, 16, 1, 9, 2));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void matchJvmEngineInSinglePrecision(Case each) {
        assertAgreement(model(each), Precision.FP32, each.images, SINGLE_TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void matchJvmEngineInHalfPrecision(Case each) {
        assertAgreement(model(each), Precision.FP16, each.images, HALF_TOLERANCE);
    }

    @Test
    void launchEveryConvolutionThereIs() {
        Set<String> launched = new TreeSet<>();
        cases().forEach(
                        each -> {
                            for (Precision precision : Precision.values()) {
                                new CudaProgramBuilder(model(each), precision)
                                        .build(each.images)
                                        .launches()
                                        .forEach(launch -> launched.add(launch.kernel()));
                            }
                        });

        assertThat(EmulatedRun.machine().kernels())
                .filteredOn(kernel -> kernel.startsWith("convolution"))
                .isNotEmpty()
                .allMatch(launched::contains, "launched by one of the cases");
    }

    /** As on a device so small that blocks take one tile after another. */
    @ParameterizedTest
    @ValueSource(strings = {"dense", "PS4_P4", "PSD1_P16"})
    void matchJvmEngineWhereWarpsMakeManyTiles(String variant) {
        CompressedModel model = model(new Case(variant, 32, 96, 1, 11, 2));
        DeviceProgram program =
                new CudaProgramBuilder(model, Precision.FP16, new DeviceLimits(99 << 10, 1))
                        .build(2);

        assertAgreement(model, program, HALF_TOLERANCE);
    }

    /** As on a device so small that one block makes all filters of its pixels. */
    @ParameterizedTest
    @ValueSource(strings = {"PSD1_P16_B16", "PSD2_P8_B16", "PS1_P9_B16", "PS2_P6_B16"})
    void matchJvmEngineWhereOutputsAreStaged(String variant) {
        CompressedModel model = model(new Case(variant, 32, 48, 2, 15, 3));
        DeviceProgram program =
                new CudaProgramBuilder(model, Precision.FP16, new DeviceLimits(99 << 10, 1))
                        .build(3);

        assertThat(program.launches()).filteredOn(CudaKernelsTest::stages).hasSize(2);
        assertAgreement(model, program, HALF_TOLERANCE);
    }

    private static boolean stages(KernelLaunch launch) {
        return launch.kernel().startsWith("convolution_f16")
                && !launch.arguments().get(20).equals(new KernelArgument.Int32(0));
    }

    private static CompressedModel model(Case each) {
        List<Layer> layers = new ArrayList<>();
        layers.add(convolution("stem", Network.INPUT, 3, each.channels, 1, false, null));
        layers.add(
                convolution("first", "stem", each.channels, each.filters, each.stride, true, null));
        layers.add(convolution("second", "first", each.filters, each.filters, 1, true, "first"));
        int side = (each.side - 1) / each.stride + 1;
        layers.add(new FullyConnectedLayer("last", "second", side * (side + 1) * each.filters, 50));
        int width = each.stride == 1 ? each.side + 1 : each.side + 2;
        Network network = new Network("small", new FeatureShape(3, each.side, width), 50, layers);
        return TestNetworks.create(network, each.variant);
    }

    private static ConvolutionLayer convolution(
            String name,
            String input,
            int channels,
            int filters,
            int stride,
            boolean sparse,
            @Nullable String residual) {
        return new ConvolutionLayer(
                name,
                input,
                channels,
                filters,
                3,
                stride,
                sparse,
                true,
                name + ".bn",
                residual,
                true);
    }

    static void assertAgreement(
            CompressedModel model, Precision precision, int images, double tolerance) {
        assertAgreement(model, new CudaProgramBuilder(model, precision).build(images), tolerance);
    }

    private static void assertAgreement(
            CompressedModel model, DeviceProgram program, double tolerance) {
        int images = program.images();
        float[] input = TestNetworks.images(model, images);
        float[] actual = EmulatedRun.logits(program, input);
        int classes = model.network().classes();
        float[] expected = new float[images * classes];
        try (Classifier classifier =
                new JvmEngine(ConvolutionForms.vector().orElseThrow())
                        .load(model)
                        .newClassifier(images)) {
            classifier.classify(input, images, expected);
        }
        assertThat(actual).hasSize(expected.length);
        for (int image = 0; image < images; image++) {
            double difference = 0;
            double norm = 0;
            for (int index = image * classes; index < (image + 1) * classes; index++) {
                difference += Math.pow(actual[index] - (double) expected[index], 2);
                norm += Math.pow(expected[index], 2);
            }
            assertThat(Math.sqrt(difference / norm))
                    .as("relative distance of the logits of image %d", image)
                    .isLessThan(tolerance);
        }
    }
}
