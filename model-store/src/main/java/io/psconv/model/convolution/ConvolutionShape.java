package io.psconv.model.convolution;

/**
 * Sizes of a 3×3 convolution with padding 1, of one image.
 *
 * <p>The output is {@code ceil(height / stride)} × {@code ceil(width / stride)}. A 1×1 convolution
 * without padding is the one whose supports hold the centre alone.
 *
 * @param stride 1 or 2
 */
public record ConvolutionShape(int inChannels, int height, int width, int filters, int stride) {
    public ConvolutionShape {
        if (inChannels < 1 || height < 1 || width < 1 || filters < 1) {
            throw new IllegalArgumentException(
                    "convolution of "
                            + inChannels
                            + " channels, "
                            + height
                            + "×"
                            + width
                            + ", "
                            + filters
                            + " filters, but each must be at least 1");
        }
        if (stride != 1 && stride != 2) {
            throw new IllegalArgumentException("stride was '" + stride + "' but it must be 1 or 2");
        }
    }

    public int outHeight() {
        return (height - 1) / stride + 1;
    }

    public int outWidth() {
        return (width - 1) / stride + 1;
    }
}
