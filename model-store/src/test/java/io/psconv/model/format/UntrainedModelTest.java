package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.network.Architectures;
import io.psconv.model.pattern.Variant;
import org.junit.jupiter.api.Test;

class UntrainedModelTest {
    @Test
    void isTheSameForTheSameSeed() {
        CompressedModel model =
                UntrainedModel.create(SampleModels.resnet20(), Variant.of("PS4_P4"), 7);
        CompressedModel again =
                UntrainedModel.create(SampleModels.resnet20(), Variant.of("PS4_P4"), 7);
        CompressedModel other =
                UntrainedModel.create(SampleModels.resnet20(), Variant.of("PS4_P4"), 8);
        assertThat(again.tensor("conv1.weight")).isEqualTo(model.tensor("conv1.weight"));
        assertThat(other.tensor("conv1.weight")).isNotEqualTo(model.tensor("conv1.weight"));
    }

    @Test
    void saysThatItIsUntrained() {
        CompressedModel model = UntrainedModel.create(SampleModels.resnet20(), Variant.DENSE, 7);
        assertThat(model.metadata().provenance().get("training")).contains("untrained");
        assertThat(model.metadata().labels()).hasSize(10).startsWith("class0");
    }

    @Test
    void scalesWeightsByWhatAFilterStores() {
        CompressedModel model =
                UntrainedModel.create(
                        Architectures.create("resnet18", SampleModels.CIFAR, 10),
                        Variant.of("PSD1_P16"),
                        1);
        assertThat(deviation(model.tensor("layer4.1.conv2.weight")))
                .isCloseTo(Math.sqrt(2 / 768.0), within(1e-3));
        assertThat(deviation(model.tensor("linear.weight")))
                .isCloseTo(Math.sqrt(1 / 512.0), within(2e-3));
        assertThat(model.tensor("linear.bias")).containsOnly(0);
        assertThat(model.tensor("bn1.weight")).containsOnly(1);
        assertThat(model.tensor("bn1.bias")).containsOnly(0);
        assertThat(model.tensor("bn1.running_mean")).containsOnly(0);
        assertThat(model.tensor("layer2.0.shortcut.1.running_var")).containsOnly(1);
    }

    private static double deviation(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / values.length);
    }
}
