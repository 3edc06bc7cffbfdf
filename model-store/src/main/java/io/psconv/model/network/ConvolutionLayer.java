package io.psconv.model.network;

import org.jspecify.annotations.Nullable;

/**
 * A square convolution with everything that can be fused behind it.
 *
 * <p>Computes {@code relu(batchNormalization(convolution(input) + bias) + residual)}, leaving out
 * what is absent. Padding is {@code kernelSize / 2}, so the output is {@code ceil(height / stride)}
 * × {@code ceil(width / stride)}. Weights are OIHW {@code (filters, inChannels, kernelSize,
 * kernelSize)}.
 *
 * @param kernelSize 1, 3 or 7
 * @param stride 1 or 2
 * @param sparse whether pre-defined sparsity applies; only for 3×3 kernels
 * @param bias whether the convolution has a bias of its own
 * @param batchNormalization tensor prefix of the batch normalization, or null for none
 * @param residual name of the layer whose output is added before the ReLU, or null for none
 */
public record ConvolutionLayer(
        String name,
        String input,
        int inChannels,
        int filters,
        int kernelSize,
        int stride,
        boolean sparse,
        boolean bias,
        @Nullable String batchNormalization,
        @Nullable String residual,
        boolean relu)
        implements Layer {
    public ConvolutionLayer {
        if (kernelSize != 1 && kernelSize != 3 && kernelSize != 7) {
            throw new IllegalArgumentException(
                    "kernelSize of layer '"
                            + name
                            + "' was '"
                            + kernelSize
                            + "' but it must be 1, 3 or 7");
        }
        if (stride != 1 && stride != 2) {
            throw new IllegalArgumentException(
                    "stride of layer '" + name + "' was '" + stride + "' but it must be 1 or 2");
        }
        if (sparse && kernelSize != 3) {
            throw new IllegalArgumentException(
                    "layer '" + name + "' was sparse but only 3×3 kernels have support sets");
        }
    }

    @Override
    public FeatureShape outputShape(FeatureShape input) {
        return new FeatureShape(
                filters, (input.height() - 1) / stride + 1, (input.width() - 1) / stride + 1);
    }
}
