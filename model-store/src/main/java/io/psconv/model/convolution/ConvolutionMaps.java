package io.psconv.model.convolution;

import org.jspecify.annotations.Nullable;

/**
 * What a convolution is planned between.
 *
 * @param input not modified
 * @param residual added before the ReLU, or null
 * @param output overwritten
 */
record ConvolutionMaps(
        FeatureMaps input, @Nullable FeatureMaps residual, boolean relu, FeatureMaps output) {}
