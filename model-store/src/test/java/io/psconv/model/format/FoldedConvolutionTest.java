package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FoldedConvolutionTest {
    /** Two 1×1 filters over one channel, with a bias of their own. */
    private static final ConvolutionLayer LAYER =
            new ConvolutionLayer("c", Network.INPUT, 1, 2, 1, 1, false, true, "n", null, false);

    private static final Network NETWORK =
            new Network(
                    "by hand",
                    new FeatureShape(1, 1, 1),
                    2,
                    List.of(LAYER, new FullyConnectedLayer("f", "c", 2, 2)));

    private final Map<String, float[]> tensors = new HashMap<>();

    FoldedConvolutionTest() {
        // Variances for which the spread is 4 and 1/4 up to the rounding of epsilon.
        tensors.put("c.weight", new float[] {3, -5});
        tensors.put("c.bias", new float[] {1, 0.5f});
        tensors.put("n.weight", new float[] {2, 0.25f});
        tensors.put("n.bias", new float[] {10, -1});
        tensors.put("n.running_mean", new float[] {4, 0.25f});
        tensors.put("n.running_var", new float[] {3.99999f, 0.24999f});
        tensors.put("f.weight", new float[4]);
        tensors.put("f.bias", new float[2]);
    }

    @Test
    void foldsByHand() {
        FoldedConvolution folded = FoldedConvolution.of(model(), LAYER);
        // Filter 0: factor 2/2 = 1, (1 - 4) · 1 + 10 = 7.
        // Filter 1: factor 0.25/0.5 = 0.5, (0.5 - 0.25) · 0.5 - 1 = -0.875.
        assertThat(folded.values()[0]).isCloseTo(3, within(1e-6f));
        assertThat(folded.values()[1]).isCloseTo(-2.5f, within(1e-6f));
        assertThat(folded.bias()[0]).isCloseTo(7, within(1e-6f));
        assertThat(folded.bias()[1]).isCloseTo(-0.875f, within(1e-6f));
        assertThat(model().supports(LAYER).supportSet(1, 0).bits()).isEqualTo(1 << 4);
    }

    @Test
    void leavesTheModelAsItWas() {
        CompressedModel model = model();
        FoldedConvolution.of(model, LAYER);
        assertThat(model.tensor("c.weight")).containsExactly(3, -5);
        assertThat(model.tensor("c.bias")).containsExactly(1, 0.5f);
    }

    @Test
    void survivesAVarianceOfZero() {
        tensors.put("n.running_var", new float[] {0, 0});
        float factor = (float) (2 / Math.sqrt(1e-5));
        assertThat(FoldedConvolution.of(model(), LAYER).values()[0])
                .isCloseTo(3 * factor, within(1e-3f));
    }

    @Test
    void makesNoBiasOfMinusZero() {
        tensors.put("c.bias", new float[] {4, 0.25f});
        tensors.put("n.bias", new float[] {-0f, -0f});
        tensors.put("n.weight", new float[] {-2, -1});
        float[] bias = FoldedConvolution.of(model(), LAYER).bias();
        assertThat(Float.floatToRawIntBits(bias[0])).isZero();
        assertThat(Float.floatToRawIntBits(bias[1])).isZero();
    }

    @Test
    void isNeverAskedToFoldANegativeVariance() {
        tensors.put("n.running_var", new float[] {1, -0.5f});
        assertThatThrownBy(this::model)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "value 1 of tensor 'n.running_var' was '-0.5' but a variance must not be"
                                + " negative; train or export the model again");
    }

    private CompressedModel model() {
        return new CompressedModel(
                NETWORK,
                Variant.DENSE,
                new ModelMetadata(
                        "none",
                        List.of("a", "b"),
                        new Normalisation(List.of(0f), List.of(1f)),
                        Map.of()),
                tensors,
                null);
    }
}
