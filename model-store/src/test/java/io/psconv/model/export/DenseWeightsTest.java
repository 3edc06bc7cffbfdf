package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.export.DenseWeights.WeightsAndBias;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.pattern.LayerSupports;
import java.util.List;
import org.junit.jupiter.api.Test;

class DenseWeightsTest {
    private final CompressedModel model = SmallNetwork.model();
    private final DenseWeights dense = new DenseWeights(model);

    @Test
    void putsZerosWhereNothingIsStored() {
        ConvolutionLayer layer = layer("sparse");
        LayerSupports supports = model.variant().over(0, 5, 2);

        WeightsAndBias tensors = dense.of(layer);

        assertThat(tensors.weight().shape()).containsExactly(5, 2, 3, 3);
        int stored = 0;
        for (int index = 0; index < 90; index++) {
            int filter = index / 18;
            int channel = index / 9 % 2;
            boolean kept = supports.supportSet(filter, channel).contains(index % 9);
            assertThat(tensors.weight().values()[index]).isEqualTo(kept ? ++stored : 0);
        }
        assertThat(stored).isEqualTo(10);
        assertThat(tensors.bias().values()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void foldsBatchNormalization() {
        // Of both filters: scale, shift, mean and variance are 1, 1, 1, 1 and 2, 2, 2, 2.
        WeightsAndBias tensors = dense.of(layer("stem"));

        double first = 1 / Math.sqrt(1 + 1e-5);
        double second = 2 / Math.sqrt(2 + 1e-5);
        assertThat(tensors.weight().shape()).containsExactly(2, 1, 3, 3);
        assertThat(tensors.weight().values()[8]).isEqualTo((float) (9 * first));
        assertThat(tensors.weight().values()[9]).isEqualTo((float) (10 * second));
        assertThat(tensors.bias().values()[0]).isEqualTo((float) (1 - first));
        assertThat(tensors.bias().values()[1]).isEqualTo((float) (2 - 2 * second));
    }

    @Test
    void keepsOneByOneKernelsAsTheyAre() {
        assertThat(dense.of(layer("point")).weight().shape()).containsExactly(2, 5, 1, 1);
        assertThat(dense.of(layer("point")).bias().values()).containsExactly(0, 0);
    }

    @Test
    void stridesAreThoseOfContiguousValues() {
        assertThat(new DenseTensor("t", List.of(5, 2, 3, 3), new float[90]).strides())
                .containsExactly(18, 9, 3, 1);
        assertThat(new DenseTensor("t", List.of(4), new float[4]).strides()).containsExactly(1);
        assertThatThrownBy(() -> new DenseTensor("t", List.of(4), new float[5]))
                .hasMessage("tensor 't' has 5 values but its shape is [4]");
    }

    @Test
    void refusesANetworkThatGoesOnBehindItsEnd() {
        assertThatThrownBy(() -> new DenseWeights(SmallNetwork.goingOn()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "layer 'again' is behind a fully connected one but not fully connected;"
                                + " only networks that end in fully connected layers can be"
                                + " exported");
    }

    private ConvolutionLayer layer(String name) {
        return model.network().convolutions().stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
