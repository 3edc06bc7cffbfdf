package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionWeights;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution's weights with its batch normalization folded in.
 *
 * <p>{@code scale = weight / sqrt(running_var + epsilon)}, {@code values' = values · scale}, {@code
 * bias' = (bias - running_mean) · scale + shift}, in double precision, rounded once.
 */
final class FoldedLayer {
    private static final SupportPattern CENTRE =
            new SupportPattern(List.of(SupportSet.of(4)), SupportPattern.ALL_FILTERS);

    private FoldedLayer() {}

    /**
     * Folds one layer.
     *
     * @param sparseLayer position of the layer among the network's sparse ones
     */
    static ConvolutionWeights of(CompressedModel model, ConvolutionLayer layer, int sparseLayer) {
        LayerSupports supports = supports(model.variant(), layer, sparseLayer);
        float[] values = model.tensor(layer.name() + ".weight").clone();
        double[] bias = new double[layer.filters()];
        if (layer.bias()) {
            float[] own = model.tensor(layer.name() + ".bias");
            for (int filter = 0; filter < bias.length; filter++) {
                bias[filter] = own[filter];
            }
        }
        @Nullable String normalization = layer.batchNormalization();
        if (normalization != null) {
            fold(model, normalization, values, bias);
        }
        float[] rounded = new float[bias.length];
        for (int filter = 0; filter < bias.length; filter++) {
            // Minus zero becomes zero, so that adding a border's zero changes no bit.
            rounded[filter] = (float) bias[filter] + 0f;
        }
        return new ConvolutionWeights(supports, values, rounded);
    }

    private static LayerSupports supports(
            Variant variant, ConvolutionLayer layer, int sparseLayer) {
        if (layer.kernelSize() == 1) {
            return CENTRE.over(layer.filters(), layer.inChannels());
        }
        Variant own = layer.sparse() ? variant : Variant.DENSE;
        return own.over(sparseLayer, layer.filters(), layer.inChannels());
    }

    private static void fold(
            CompressedModel model, String normalization, float[] values, double[] bias) {
        float[] scale = model.tensor(normalization + ".weight");
        float[] shift = model.tensor(normalization + ".bias");
        float[] mean = model.tensor(normalization + ".running_mean");
        float[] variance = model.tensor(normalization + ".running_var");
        int valuesPerFilter = values.length / bias.length;
        for (int filter = 0; filter < bias.length; filter++) {
            double spread = variance[filter] + (double) CompressedModel.BATCH_NORMALIZATION_EPSILON;
            double factor = scale[filter] / Math.sqrt(spread);
            for (int value = 0; value < valuesPerFilter; value++) {
                int index = filter * valuesPerFilter + value;
                values[index] = (float) (values[index] * factor);
            }
            bias[filter] = (bias[filter] - mean[filter]) * factor + shift[filter];
        }
    }
}
