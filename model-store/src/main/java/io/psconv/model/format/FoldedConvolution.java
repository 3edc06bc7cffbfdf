package io.psconv.model.format;

import io.psconv.model.network.ConvolutionLayer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution's values and bias with its batch normalization folded in.
 *
 * <p>{@code scale = weight / sqrt(running_var + epsilon)}, {@code values' = values · scale}, {@code
 * bias' = (bias - running_mean) · scale + shift}, in double precision, rounded once. Not to be
 * modified.
 *
 * @param values as the model stores them: {@code (filters, valuesPerFilter)} in canonical order for
 *     a sparse layer, OIHW for any other
 * @param bias by filter, never minus zero
 */
public record FoldedConvolution(float[] values, float[] bias) {
    /**
     * Folds one layer; the model stays as it is.
     *
     * @throws IllegalArgumentException if the model has no such layer
     */
    public static FoldedConvolution of(CompressedModel model, ConvolutionLayer layer) {
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
        return new FoldedConvolution(values, rounded);
    }

    /**
     * Folds one layer and writes out what it does not store.
     *
     * @return values OIHW, zeros outside the supports
     * @throws IllegalArgumentException if the model has no such layer
     */
    public static FoldedConvolution dense(CompressedModel model, ConvolutionLayer layer) {
        FoldedConvolution folded = of(model, layer);
        if (!layer.sparse()) {
            return folded;
        }
        return new FoldedConvolution(
                KernelPacking.unpack(model.supports(layer), folded.values), folded.bias);
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
