package io.psconv.model.convolution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The readable reference: one output after another, terms outside the image left out. */
final class ScalarSparseConvolution implements SparseConvolution {
    /** The form, available everywhere. */
    static final ConvolutionForm FORM = new Form();

    private final Weights weights;
    private final ConvolutionMaps maps;

    private ScalarSparseConvolution(Weights weights, ConvolutionMaps maps) {
        ConvolutionChecks.check(weights.shape, maps);
        this.weights = weights;
        this.maps = maps;
    }

    @Override
    public int phases() {
        return 1;
    }

    @Override
    public int bands() {
        return 1;
    }

    @Override
    public void run(int phase, int part, int parts) {
        FeatureMaps output = maps.output();
        int from = output.channels() * part / parts;
        int to = output.channels() * (part + 1) / parts;
        for (int filter = from; filter < to; filter++) {
            for (int image = 0; image < output.images(); image++) {
                for (int row = 0; row < output.height(); row++) {
                    for (int column = 0; column < output.width(); column++) {
                        write(filter, image, row, column);
                    }
                }
            }
        }
        output.clearBorders(from, to);
    }

    private void write(int filter, int image, int row, int column) {
        FeatureMaps output = maps.output();
        @Nullable FeatureMaps residual = maps.residual();
        float sum = sum(image, filter, row, column);
        if (residual != null) {
            sum += residual.values()[residual.index(filter, image, row, column)];
        }
        output.values()[output.index(filter, image, row, column)] =
                maps.relu() ? Math.max(sum, 0) : sum;
    }

    private float sum(int image, int filter, int row, int column) {
        ConvolutionShape shape = weights.shape;
        FeatureMaps input = maps.input();
        float[] values = weights.values;
        float sum = weights.bias[filter];
        int value = filter * (values.length / shape.filters());
        for (int channel = 0; channel < shape.inChannels(); channel++) {
            int bits = weights.supportBits[filter * shape.inChannels() + channel];
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

    @Override
    public LoopPlan plan() {
        return new LoopPlan(FORM.name(), List.of("1x1"), 0);
    }

    /** Weights as the loops read them, shared by all convolutions of a layer. */
    private static final class Weights {
        private final ConvolutionShape shape;
        private final float[] values;
        private final float[] bias;
        private final int[] supportBits;

        Weights(ConvolutionShape shape, ConvolutionWeights weights) {
            ConvolutionChecks.check(shape, weights);
            this.shape = shape;
            this.values = weights.values();
            this.bias = weights.bias();
            this.supportBits = new int[shape.filters() * shape.inChannels()];
            for (int kernel = 0; kernel < supportBits.length; kernel++) {
                int filter = kernel / shape.inChannels();
                int channel = kernel % shape.inChannels();
                supportBits[kernel] = weights.supports().supportSet(filter, channel).bits();
            }
        }
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
        public int lanes() {
            return 1;
        }

        @Override
        public boolean interleaves() {
            return false;
        }

        @Override
        public PackedConvolution pack(ConvolutionShape shape, ConvolutionWeights weights) {
            Weights shared = new Weights(shape, weights);
            return (input, residual, relu, output, scratch) ->
                    new ScalarSparseConvolution(
                            shared, new ConvolutionMaps(input, residual, relu, output));
        }
    }
}
