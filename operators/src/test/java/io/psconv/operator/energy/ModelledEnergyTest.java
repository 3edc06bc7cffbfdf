package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelledEnergyTest {
    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);

    /** Worked out by hand; running mean and variance are fetched too. */
    @ParameterizedTest
    @CsvSource({
        "resnet18, dense,    7.16",
        "resnet18, PS4_P4,   3.25",
        "resnet18, PS2_P6,   1.69",
        "resnet18, PS1_P9,   0.91",
        "resnet18, PSD4_P8,  3.74",
        "resnet18, PSD1_P16, 1.30",
        "vgg16,    dense,    9.43",
        "vgg16,    PS4_P4,   4.20",
        "vgg16,    PSD1_P16, 1.59"
    })
    void fetchesEveryWeightOnce(String architecture, String variant, double millijoules) {
        Network network = Architectures.create(architecture, CIFAR, 10);
        long parameters = NetworkCost.of(network, Variant.of(variant)).parameters();

        double joules =
                new ModelledEnergy(parameters + runningStatistics(network), 0, 0).joulesPerImage(1);

        assertThat(joules * 1e3).isCloseTo(millijoules, within(0.005));
    }

    @ParameterizedTest
    @CsvSource({"resnet18, 2.55", "vgg16, 1.44"})
    void paysForEveryMultiplyAccumulate(String architecture, double millijoules) {
        Network network = Architectures.create(architecture, CIFAR, 10);
        long macs = NetworkCost.of(network, Variant.DENSE).macs();

        double joules = new ModelledEnergy(0, 0, macs).joulesPerImage(1);

        assertThat(joules * 1e3).isCloseTo(millijoules, within(0.005));
    }

    @Test
    void sharesTheWeightsWithinABatch() {
        ModelledEnergy energy = new ModelledEnergy(8_000, 100, 1_000);

        assertThat(energy.joulesPerImage(1)).isCloseTo(8_100 * 640e-12 + 4.6e-9, within(1e-18));
        assertThat(energy.joulesPerImage(16)).isCloseTo(600 * 640e-12 + 4.6e-9, within(1e-18));
    }

    @Test
    void rejectsNegativeCounts() {
        assertThatThrownBy(() -> new ModelledEnergy(-1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weightWords was -1 but it must be 0 or more");
        assertThatThrownBy(() -> new ModelledEnergy(0, -2, 0))
                .hasMessage("activationWords was -2 but it must be 0 or more");
        assertThatThrownBy(() -> new ModelledEnergy(0, 0, -3))
                .hasMessage("macs was -3 but it must be 0 or more");
    }

    @Test
    void rejectsABatchWithoutFrames() {
        assertThatThrownBy(() -> new ModelledEnergy(1, 1, 1).joulesPerImage(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batchSize was 0 but it must be 1 or more");
    }

    private static long runningStatistics(Network network) {
        return network.layers().stream()
                .filter(ConvolutionLayer.class::isInstance)
                .map(ConvolutionLayer.class::cast)
                .filter(layer -> layer.batchNormalization() != null)
                .mapToLong(layer -> 2L * layer.filters())
                .sum();
    }
}
