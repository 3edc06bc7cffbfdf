package io.psconv.model.convolution;

import org.jspecify.annotations.Nullable;

/** The weights of a convolution as a form wants them; immutable and shared between threads. */
public interface PackedConvolution {
    /**
     * Plans the convolution between given maps.
     *
     * @param input maps of the shape's input, not modified
     * @param residual maps added before the ReLU, of the output's shape, or null
     * @param relu whether negative outputs become zero
     * @param output maps of the shape's output, overwritten; not one of the others
     * @param scratch memory that convolutions share which never run at the same time
     * @throws IllegalArgumentException if maps disagree with the shape or with one another
     */
    SparseConvolution bind(
            FeatureMaps input,
            @Nullable FeatureMaps residual,
            boolean relu,
            FeatureMaps output,
            ConvolutionScratch scratch);
}
