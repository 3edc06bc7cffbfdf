package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;

/**
 * The stored entries of a convolution with its bias, batch normalization already folded in.
 *
 * @param supports which positions are stored
 * @param values {@code (filters, valuesPerFilter)}, by input channel, then position; not modified
 * @param bias {@code (filters)}; not modified
 */
public record ConvolutionWeights(LayerSupports supports, float[] values, float[] bias) {
    public ConvolutionWeights {
        if (values.length != supports.filters() * supports.valuesPerFilter()) {
            throw new IllegalArgumentException(
                    "values were "
                            + values.length
                            + " but "
                            + supports.filters()
                            + " filters store "
                            + supports.valuesPerFilter()
                            + " each");
        }
        if (bias.length != supports.filters()) {
            throw new IllegalArgumentException(
                    "bias had " + bias.length + " values for " + supports.filters() + " filters");
        }
    }
}
