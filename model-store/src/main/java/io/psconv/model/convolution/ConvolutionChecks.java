package io.psconv.model.convolution;

import org.jspecify.annotations.Nullable;

/** What every form checks before its loops. */
final class ConvolutionChecks {
    private ConvolutionChecks() {}

    static void check(ConvolutionShape shape, ConvolutionWeights weights) {
        if (weights.supports().filters() != shape.filters()
                || weights.supports().inChannels() != shape.inChannels()) {
            throw new IllegalArgumentException(
                    "supports were for "
                            + weights.supports().filters()
                            + " filters over "
                            + weights.supports().inChannels()
                            + " channels but the shape is "
                            + shape);
        }
    }

    static void check(
            ConvolutionShape shape,
            FeatureMaps input,
            int batch,
            @Nullable FeatureMaps residual,
            FeatureMaps output) {
        check("input", input, batch, shape.inChannels(), shape.height(), shape.width());
        check("output", output, batch, shape.filters(), shape.outHeight(), shape.outWidth());
        if (residual != null) {
            check(
                    "residual",
                    residual,
                    batch,
                    shape.filters(),
                    shape.outHeight(),
                    shape.outWidth());
        }
        if (output == input || output == residual) {
            throw new IllegalArgumentException(
                    "output was also an input but a convolution cannot work in place");
        }
    }

    private static void check(
            String role, FeatureMaps maps, int batch, int channels, int height, int width) {
        if (maps.channels() != channels || maps.height() != height || maps.width() != width) {
            throw new IllegalArgumentException(
                    role
                            + " was "
                            + maps.channels()
                            + "x"
                            + maps.height()
                            + "x"
                            + maps.width()
                            + " but the convolution needs "
                            + channels
                            + "x"
                            + height
                            + "x"
                            + width);
        }
        if (batch < 1 || batch > maps.maxBatch()) {
            throw new IllegalArgumentException(
                    "batch was '"
                            + batch
                            + "' but it must be between 1 and the "
                            + maps.maxBatch()
                            + " images of the "
                            + role);
        }
    }
}
