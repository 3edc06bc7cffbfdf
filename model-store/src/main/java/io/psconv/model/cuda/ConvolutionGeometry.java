package io.psconv.model.cuda;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;

/**
 * Sizes of a convolution over a batch, and what runs of its output pixels read.
 *
 * @param channels of an input pixel, padding included
 * @param outChannels of an output pixel, padding included
 */
record ConvolutionGeometry(
        int images,
        int height,
        int width,
        int channels,
        int outHeight,
        int outWidth,
        int outChannels,
        int kernel,
        int stride) {
    /** Kernels add a block to the number of a pixel before they compare it. */
    private static final int MAX_PIXELS = Integer.MAX_VALUE - (1 << 20);

    /**
     * Takes a layer.
     *
     * @throws IllegalArgumentException if a batch has more pixels than an index holds
     */
    static ConvolutionGeometry of(
            ConvolutionLayer layer, int images, FeatureShape input, int channels, int outChannels) {
        FeatureShape output = layer.outputShape(input);
        if ((long) images * input.height() * input.width() > MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "layer '"
                            + layer.name()
                            + "' reads "
                            + images
                            + " images of "
                            + input
                            + " at once but kernels count pixels up to "
                            + MAX_PIXELS
                            + "; take smaller batches");
        }
        return new ConvolutionGeometry(
                images,
                input.height(),
                input.width(),
                channels,
                output.height(),
                output.width(),
                outChannels,
                layer.kernelSize(),
                layer.stride());
    }

    int outPixels() {
        return images * outHeight * outWidth;
    }

    /** Whether only the pixels that are read are copied, not all between them. */
    private boolean sparsely() {
        return kernel == 1 && stride > 1;
    }

    /** The most pixels that any run of {@code run} outputs, one run behind another, reads. */
    int patchPixels(int run) {
        if (sparsely()) {
            return Math.min(run, outPixels());
        }
        long most = 0;
        for (long first = 0; first < outPixels(); first += run) {
            int last = (int) Math.min(first + run, outPixels()) - 1;
            long start = Math.max(corner((int) first), 0);
            long end = corner(last) + (long) (kernel - 1) * (width + 1) + 1;
            most = Math.max(most, Math.min(end, (long) images * height * width) - start);
        }
        return Math.toIntExact(most);
    }

    /** As in {@code psconv.cu}: the input pixel at the first row and column of a window. */
    private int corner(int pixel) {
        int rows = pixel / outWidth;
        int row = rows / outHeight * height + rows % outHeight * stride - kernel / 2;
        return row * width + pixel % outWidth * stride - kernel / 2;
    }
}
