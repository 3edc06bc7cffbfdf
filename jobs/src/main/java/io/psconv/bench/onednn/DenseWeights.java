package io.psconv.bench.onednn;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.pattern.LayerSupports;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A convolution as a dense engine takes it: zeros written out, batch normalization folded in.
 *
 * @param values OIHW {@code (filters, inChannels, kernelSize, kernelSize)}
 * @param bias {@code (filters)}
 */
record DenseWeights(float[] values, float[] bias) {

    /** All convolutions of a model by layer name. */
    static Map<String, DenseWeights> of(CompressedModel model) {
        Map<String, DenseWeights> weights = new HashMap<>();
        int sparseLayers = 0;
        for (Layer layer : model.network().layers()) {
            if (layer instanceof ConvolutionLayer convolution) {
                weights.put(layer.name(), of(model, convolution, sparseLayers));
                sparseLayers += convolution.sparse() ? 1 : 0;
            }
        }
        return weights;
    }

    private static DenseWeights of(CompressedModel model, ConvolutionLayer layer, int sparseLayer) {
        float[] stored = model.tensor(layer.name() + ".weight");
        float[] values =
                layer.sparse() && !model.variant().isDense()
                        ? expand(
                                stored,
                                model.variant()
                                        .over(sparseLayer, layer.filters(), layer.inChannels()),
                                layer)
                        : stored.clone();
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
            rounded[filter] = (float) bias[filter];
        }
        return new DenseWeights(values, rounded);
    }

    private static float[] expand(float[] stored, LayerSupports supports, ConvolutionLayer layer) {
        int positions = layer.kernelSize() * layer.kernelSize();
        float[] values = new float[layer.filters() * layer.inChannels() * positions];
        int read = 0;
        for (int filter = 0; filter < layer.filters(); filter++) {
            for (int channel = 0; channel < layer.inChannels(); channel++) {
                int kernel = (filter * layer.inChannels() + channel) * positions;
                int bits = supports.supportSet(filter, channel).bits();
                for (int position = 0; position < positions; position++) {
                    if ((bits >> position & 1) == 1) {
                        values[kernel + position] = stored[read++];
                    }
                }
            }
        }
        return values;
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
