package io.psconv.model.convolution;

import org.jspecify.annotations.Nullable;

/** The readable reference: one output after another, terms outside the image left out. */
final class ScalarSparseConvolution implements SparseConvolution {
    /** The form, available everywhere. */
    static final ConvolutionForm FORM = new Form();

    private final ConvolutionShape shape;
    private final float[] values;
    private final float[] bias;
    private final int[] supportBits;

    private ScalarSparseConvolution(ConvolutionShape shape, ConvolutionWeights weights) {
        ConvolutionChecks.check(shape, weights);
        this.shape = shape;
        this.values = weights.values();
        this.bias = weights.bias();
        this.supportBits = new int[shape.filters() * shape.inChannels()];
        for (int kernel = 0; kernel < supportBits.length; kernel++) {
            supportBits[kernel] =
                    weights.supports()
                            .supportSet(kernel / shape.inChannels(), kernel % shape.inChannels())
                            .bits();
        }
    }

    @Override
    public void convolve(
            FeatureMaps input,
            int batch,
            @Nullable FeatureMaps residual,
            boolean relu,
            FeatureMaps output) {
        ConvolutionChecks.check(shape, input, batch, residual, output);
        for (int image = 0; image < batch; image++) {
            for (int filter = 0; filter < shape.filters(); filter++) {
                for (int row = 0; row < shape.outHeight(); row++) {
                    for (int column = 0; column < shape.outWidth(); column++) {
                        float sum = sum(input, image, filter, row, column);
                        int index = output.index(filter, image, row, column);
                        if (residual != null) {
                            sum += residual.values()[index];
                        }
                        output.values()[index] = relu ? Math.max(sum, 0) : sum;
                    }
                }
            }
        }
    }

    private float sum(FeatureMaps input, int image, int filter, int row, int column) {
        float sum = bias[filter];
        int value = filter * (values.length / shape.filters());
        for (int channel = 0; channel < shape.inChannels(); channel++) {
            int bits = supportBits[filter * shape.inChannels() + channel];
            for (int position = 0; position < 9; position++) {
                if ((bits >> position & 1) == 0) {
                    continue;
                }
                int inRow = row * shape.stride() + position / 3 - 1;
                int inColumn = column * shape.stride() + position % 3 - 1;
                if (inRow >= 0
                        && inRow < shape.height()
                        && inColumn >= 0
                        && inColumn < shape.width()) {
                    float pixel = input.values()[input.index(channel, image, inRow, inColumn)];
                    sum = Math.fma(pixel, values[value], sum);
                }
                value++;
            }
        }
        return sum;
    }

    private static final class Form implements ConvolutionForm {
        @Override
        public String name() {
            return "scalar";
        }

        @Override
        public String description() {
            return "one value at a time";
        }

        @Override
        public PackedConvolution pack(ConvolutionShape shape, ConvolutionWeights weights) {
            ScalarSparseConvolution convolution = new ScalarSparseConvolution(shape, weights);
            return maxBatch -> convolution;
        }
    }
}
