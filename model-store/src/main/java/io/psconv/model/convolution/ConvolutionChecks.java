package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;
import org.jspecify.annotations.Nullable;

/** What every form checks before its loops. */
final class ConvolutionChecks {
    private ConvolutionChecks() {}

    static void check(ConvolutionShape shape, ConvolutionWeights weights) {
        check(shape, weights.supports());
    }

    static void check(ConvolutionShape shape, LayerSupports supports) {
        if (supports.filters() != shape.filters() || supports.inChannels() != shape.inChannels()) {
            throw new IllegalArgumentException(
                    "supports were for "
                            + supports.filters()
                            + " filters over "
                            + supports.inChannels()
                            + " channels but the shape is "
                            + shape);
        }
    }

    static void check(ConvolutionShape shape, ConvolutionMaps maps) {
        FeatureMaps input = maps.input();
        FeatureMaps output = maps.output();
        @Nullable FeatureMaps residual = maps.residual();
        check("input", input, shape.inChannels(), shape.height(), shape.width());
        check("output", output, shape.filters(), shape.outHeight(), shape.outWidth());
        if (residual != null) {
            check("residual", residual, shape.filters(), shape.outHeight(), shape.outWidth());
        }
        if (output == input || output == residual) {
            throw new IllegalArgumentException(
                    "output was also an input but a convolution cannot work in place");
        }
        if (output.layout().interleaves() != input.layout().interleaves()
                || (residual != null
                        && residual.layout().interleaves() != input.layout().interleaves())) {
            throw new IllegalArgumentException(
                    "input was "
                            + input.layout()
                            + ", output "
                            + output.layout()
                            + (residual == null ? "" : ", residual " + residual.layout())
                            + ", but all or none must be interleaved");
        }
        if (shape.stride() == 1 && input.layout() == FeatureMaps.Layout.COLUMNS_APART) {
            throw new IllegalArgumentException(
                    "input was COLUMNS_APART but stride 1 reads columns that are adjacent");
        }
        if (residual != null && residual.layout() == FeatureMaps.Layout.COLUMNS_APART) {
            throw new IllegalArgumentException(
                    "residual was COLUMNS_APART but its columns must be adjacent");
        }
        if (output.images() != input.images()
                || (residual != null && residual.images() != input.images())) {
            throw new IllegalArgumentException(
                    "input was of "
                            + input.images()
                            + " images, output of "
                            + output.images()
                            + (residual == null ? "" : ", residual of " + residual.images())
                            + ", but they must be equal");
        }
    }

    private static void check(String role, FeatureMaps maps, int channels, int height, int width) {
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
    }
}
