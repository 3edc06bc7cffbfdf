package io.psconv.model.convolution;

import org.jspecify.annotations.Nullable;

/**
 * A convolution that reads stored entries only, for one thread.
 *
 * <p>pSConv layer of Kundu et al., IEEE Trans. Computers 69(7), 2020 (arXiv 2001.10710). Every
 * output is one chain of fused multiply–adds, rounded once each: the bias, then the stored values
 * by input channel and position; then the residual is added and the ReLU taken. Forms differ in
 * nothing but speed: terms outside the image may be left out or added as zeros.
 */
public sealed interface SparseConvolution permits ScalarSparseConvolution, VectorSparseConvolution {
    /**
     * Convolves the first {@code batch} images.
     *
     * @param input maps of the shape's input, not modified
     * @param residual maps added before the ReLU, of the output's shape, or null
     * @param relu whether negative outputs become zero
     * @param output maps of the shape's output, overwritten; not one of the others
     * @throws IllegalArgumentException if maps disagree with the shape or the batch
     */
    void convolve(
            FeatureMaps input,
            int batch,
            @Nullable FeatureMaps residual,
            boolean relu,
            FeatureMaps output);
}
