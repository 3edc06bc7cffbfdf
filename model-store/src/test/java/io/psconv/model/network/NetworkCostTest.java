package io.psconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.pattern.Variant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Counts against the tables worked out by hand from the published networks: parameters to the unit,
 * multiply–accumulates as printed, in 10^9 to four decimals.
 */
class NetworkCostTest {
    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
    private static final FeatureShape TINY_IMAGENET = new FeatureShape(3, 64, 64);

    @ParameterizedTest
    @CsvSource({
        "dense,    11173962, 11159232, 0.5554",
        "PS4_P4,    5070922,  5056192, 0.2513",
        "PS2_P6,    2629706,  2614976, 0.1297",
        "PS1_P9,    1409098,  1394368, 0.0689",
        "pSC4,      5070922,  5056192, 0.2513",
        "pSC2,      2629706,  2614976, 0.1297",
        "pSC1,      1409098,  1394368, 0.0689",
        "PSD4_P8,   5833802,  5819072, 0.2893",
        "PSD4_P16,  5452362,  5437632, 0.2703",
        "PSD2_P8,   3697738,  3683008, 0.1829",
        "PSD2_P16,  3163722,  3148992, 0.1563",
        "PSD1_P8,   2629706,  2614976, 0.1297",
        "PSD1_P16,  2019402,  2004672, 0.0993",
        "PSD1_P16_B16, 2019402, 2004672, 0.0993"
    })
    void countsResnet18OnCifar(String variant, long parameters, long weights, double gigaMacs) {
        assertCost("resnet18", CIFAR, 10, variant, parameters, weights, gigaMacs);
    }

    @ParameterizedTest
    @CsvSource({
        "dense,    14728266, 14710464, 0.3132",
        "PS4_P4,    6556746,  6538944, 0.1402",
        "PS2_P6,    3288138,  3270336, 0.0710",
        "PS1_P9,    1653834,  1636032, 0.0364",
        "PSD4_P8,   7578186,  7560384, 0.1618",
        "PSD4_P16,  7067466,  7049664, 0.1510",
        "PSD2_P8,   4718154,  4700352, 0.1013",
        "PSD2_P16,  4003146,  3985344, 0.0861",
        "PSD1_P8,   3288138,  3270336, 0.0710",
        "PSD1_P16,  2470986,  2453184, 0.0537"
    })
    void countsVgg16OnCifar(String variant, long parameters, long weights, double gigaMacs) {
        assertCost("vgg16", CIFAR, 10, variant, parameters, weights, gigaMacs);
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, dense,    11578632, 2.222",
        "resnet18, PS4_P4,    5475592, ",
        "resnet18, PS2_P6,    3034376, ",
        "resnet18, PS1_P9,    1813768, ",
        "resnet18, PSD1_P16,  2424072, 0.3976",
        "vgg16,    dense,    15132936, 1.2532",
        "vgg16,    PS4_P4,    6961416, ",
        "vgg16,    PS2_P6,    3692808, ",
        "vgg16,    PS1_P9,    2058504, ",
        "vgg16,    PSD1_P16,  2875656, 0.2151"
    })
    void countsTinyImagenetForms(
            String architecture, String variant, long parameters, Double gigaMacs) {
        NetworkCost cost =
                NetworkCost.of(
                        Architectures.create(architecture, TINY_IMAGENET, 200),
                        Variant.of(variant));

        assertThat(cost.parameters()).isEqualTo(parameters);
        if (gigaMacs != null) {
            assertThat(cost.macs() / 1e9).isCloseTo(gigaMacs, within(0.0005));
        }
    }

    /**
     * He et al., CVPR 2016, Table 6: 0.27 M and 0.85 M; to the unit, the published weight files.
     */
    @ParameterizedTest
    @CsvSource({"resnet20, 269722", "resnet56, 853018"})
    void countsTheCifarResnets(String architecture, long parameters) {
        NetworkCost cost =
                NetworkCost.of(Architectures.create(architecture, CIFAR, 10), Variant.DENSE);

        assertThat(cost.parameters()).isEqualTo(parameters);
    }

    /**
     * The published weight file of ResNet50 to the unit, and 4.09 billion multiply–accumulates as
     * its publisher counts them; of pSConv forms, what the 3×3 kernels lose.
     */
    @ParameterizedTest
    @CsvSource({
        "dense,    25557032, 4.089",
        "PS4_P4,   19269672, 3.0616",
        "PS1_P9,   15497256, 2.4450"
    })
    void countsResnet50(String variant, long parameters, Double gigaMacs) {
        NetworkCost cost =
                NetworkCost.of(
                        Architectures.create("resnet50", new FeatureShape(3, 224, 224), 1000),
                        Variant.of(variant));

        assertThat(cost.parameters()).isEqualTo(parameters);
        if (gigaMacs != null) {
            assertThat(cost.macs() / 1e9).isCloseTo(gigaMacs, within(0.0005));
        }
    }

    /** "28 K" as printed; 784·32 + 3·32·32 + 32·10 weights and 4·32 + 10 biases. */
    @Test
    void countsThePerceptron() {
        NetworkCost cost =
                NetworkCost.of(
                        Architectures.create("ffnn", new FeatureShape(1, 28, 28), 10),
                        Variant.DENSE);

        assertThat(cost.parameters()).isEqualTo(28_618);
        assertThat(cost.macs()).isEqualTo(28_480);
    }

    /** Measured shares of multiply–accumulates that do not fall on padding: 86.8 and 79.0 %. */
    @ParameterizedTest
    @CsvSource({"resnet18, 481.9", "vgg16, 247.3"})
    void countsMacsInsideTheImage(String architecture, double megaMacs) {
        NetworkCost cost =
                NetworkCost.of(Architectures.create(architecture, CIFAR, 10), Variant.DENSE);

        assertThat(cost.unpaddedMacs() / 1e6).isCloseTo(megaMacs, within(0.1));
    }

    /** Ratios of unpadded multiply–accumulates, dense over sparse, as the design states them. */
    @ParameterizedTest
    @CsvSource({
        "PS4_P4, 2.13",
        "PSD4_P8, 1.87",
        "PSD2_P8, 3.00",
        "PS2_P6, 4.18",
        "PSD1_P16, 5.52",
        "PS1_P9, 7.95"
    })
    void dividesUnpaddedMacsAsStated(String variant, double ratio) {
        Network network = Architectures.create("resnet18", CIFAR, 10);

        double dense = NetworkCost.of(network, Variant.DENSE).unpaddedMacs();
        double sparse = NetworkCost.of(network, Variant.of(variant)).unpaddedMacs();

        assertThat(dense / sparse).isCloseTo(ratio, within(0.005));
    }

    @Test
    void refusesUnknownArchitecturesAndInputs() {
        assertThatThrownBy(() -> Architectures.create("resnet19", CIFAR, 10))
                .hasMessage(
                        "architecture was 'resnet19' but it must be one of [resnet18, vgg16,"
                                + " resnet20, resnet56, resnet50, ffnn]");
        assertThatThrownBy(() -> Architectures.create("vgg16", new FeatureShape(3, 33, 33), 10))
                .hasMessageStartingWith("input shape was '3x33x33' but it must be square");
        assertThatThrownBy(() -> Architectures.create("ffnn", new FeatureShape(1, 28, 29), 10))
                .hasMessage(
                        "input shape was '1x28x29' but it must be square, its side at most 256,"
                                + " with at most 16 channels");
        assertThatThrownBy(() -> Architectures.create("vgg16", CIFAR, 1))
                .hasMessage("classes was '1' but it must be between 2 and 100000");
    }

    private static void assertCost(
            String architecture,
            FeatureShape input,
            int classes,
            String variant,
            long parameters,
            long weights,
            double gigaMacs) {
        NetworkCost cost =
                NetworkCost.of(
                        Architectures.create(architecture, input, classes), Variant.of(variant));

        assertThat(cost.parameters()).isEqualTo(parameters);
        assertThat(cost.convolutionWeights()).isEqualTo(weights);
        assertThat(cost.macs() / 1e9).isCloseTo(gigaMacs, within(0.00005));
    }

    /** A 3×3 kernel over 4×4 pixels: 16 at the centre, 12 beside it, 9 at a corner. */
    @Test
    void ofALayerPaddingIsCountedApart() {
        Network network = Architectures.create("resnet18", CIFAR, 10);

        Map<String, NetworkCost> dense = NetworkCost.ofLayers(network, Variant.DENSE);
        NetworkCost last = Objects.requireNonNull(dense.get("layer4.1.conv2"));
        assertThat(last.macs()).isEqualTo(512L * 512 * 9 * 16);
        assertThat(last.unpaddedMacs()).isEqualTo(512L * 512 * (16 + 4 * 12 + 4 * 9));
        assertThat(last.convolutionWeights()).isEqualTo(512L * 512 * 9);
        assertThat(last.parameters()).isEqualTo(512L * 512 * 9 + 2 * 512);
        assertThat(dense.get("linear")).isEqualTo(new NetworkCost(5130, 0, 5120, 5120));
        assertThat(dense).doesNotContainKey("pool").hasSize(21);
    }
}
