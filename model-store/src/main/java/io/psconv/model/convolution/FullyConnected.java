package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * A fully connected layer: every output is one chain of fused multiply–adds over the inputs.
 *
 * <p>A convolution's register tile with the parts exchanged: its pixels are the weights of adjacent
 * outputs, and its filters are images, eight of which share a reading of the weights. The bias is
 * what an input of one, before all others, is multiplied with. Immutable.
 */
public final class FullyConnected {
    /** Outputs of a block: at least those of a vector. */
    private static final int BLOCK = FeatureMaps.LINE;

    /** Images that share a reading of the weights. */
    private static final int TOGETHER = 8;

    /** What a tile's sums begin with. */
    private static final float[] ZEROS = new float[TOGETHER];

    /** Whether {@link VectorTiles} can be linked. */
    private static final boolean VECTOR = ConvolutionForms.vector().isPresent();

    private final int inputs;
    private final int outputs;

    /** By block of outputs, then bias or input, then output; the last block ends in zeros. */
    private final float[] blocks;

    /** Where the bias and each input lie in a block. */
    private final int[] places;

    /**
     * Takes the weights of a layer.
     *
     * @param weights {@code (outputs, inputs)}
     * @param bias {@code (outputs)}
     */
    public FullyConnected(int inputs, int outputs, float[] weights, float[] bias) {
        if (weights.length != (long) inputs * outputs || bias.length != outputs) {
            throw new IllegalArgumentException(
                    "weights were "
                            + weights.length
                            + " and biases "
                            + bias.length
                            + " for "
                            + inputs
                            + " inputs and "
                            + outputs
                            + " outputs");
        }
        this.inputs = inputs;
        this.outputs = outputs;
        this.places = new int[1 + inputs];
        Arrays.setAll(places, place -> place * BLOCK);
        this.blocks = new float[FeatureMaps.lines(outputs) * places.length * BLOCK];
        for (int output = 0; output < outputs; output++) {
            int first = block(output) + output % BLOCK;
            blocks[first] = bias[output];
            for (int input = 0; input < inputs; input++) {
                blocks[first + places[1 + input]] = weights[output * inputs + input];
            }
        }
    }

    /** Where the block of an output begins. */
    private int block(int output) {
        return output / BLOCK * places.length * BLOCK;
    }

    /** What {@code apply} works in, for one thread at a time. */
    public final class Scratch {
        /** A one, then the inputs, each of all images. */
        private final float[] values = new float[places.length * TOGETHER];

        /** As a tile leaves them. */
        private final float[] sums = new float[FeatureMaps.ALIGNED_START + TOGETHER * BLOCK];

        /** By image, then output. */
        private final float[] made = new float[TOGETHER * outputs];

        private Scratch() {
            Arrays.fill(values, 0, TOGETHER, 1);
        }
    }

    /** Memory for this layer. */
    public Scratch newScratch() {
        return new Scratch();
    }

    /**
     * Computes the outputs of the first images.
     *
     * @param maps read as {@code (images, channels · height · width)}
     * @param count how many images
     * @param output {@code (…, outputs)}
     * @param first where the outputs of the first image go
     */
    public void apply(FeatureMaps maps, int count, float[] output, int first, Scratch scratch) {
        check(maps);
        for (int image = 0; image < count; image += TOGETHER) {
            int together = Math.min(TOGETHER, count - image);
            connect(maps, image, together, scratch);
            int to = (first + image) * outputs;
            System.arraycopy(scratch.made, 0, output, to, together * outputs);
        }
    }

    /**
     * Computes the outputs of all images as maps that another layer reads.
     *
     * @param maps read as {@code (images, channels · height · width)}
     * @param relu whether negative outputs become zero
     * @param output maps of as many channels as this has outputs, × 1 × 1, overwritten
     */
    public void apply(FeatureMaps maps, boolean relu, FeatureMaps output, Scratch scratch) {
        check(maps);
        for (int image = 0; image < maps.images(); image += TOGETHER) {
            int together = Math.min(TOGETHER, maps.images() - image);
            connect(maps, image, together, scratch);
            for (int index = 0; index < together * outputs; index++) {
                float sum = scratch.made[index];
                int to = output.index(index % outputs, image + index / outputs, 0, 0);
                output.values()[to] = relu && sum < 0 ? 0 : sum;
            }
        }
        output.clearBorders();
    }

    private void check(FeatureMaps maps) {
        if (maps.channels() * maps.height() * maps.width() != inputs) {
            throw new IllegalArgumentException(
                    "maps were "
                            + maps.channels()
                            + "x"
                            + maps.height()
                            + "x"
                            + maps.width()
                            + " but the layer has "
                            + inputs
                            + " inputs");
        }
    }

    /** Images behind the last one are computed with the rest, from whatever was there. */
    private void connect(FeatureMaps maps, int first, int images, Scratch scratch) {
        if (maps.hasAdjacentLines()) {
            gatherLines(maps, first, scratch.values);
        } else {
            for (int image = 0; image < images; image++) {
                gather(maps, first + image, scratch.values, TOGETHER + image);
            }
        }
        int vector = VECTOR ? VectorTiles.LANES : BLOCK;
        for (int output = 0; output < outputs; output += vector) {
            int from = block(output) + output % BLOCK;
            if (VECTOR) {
                VectorTiles.tile8x1(blocks, from, places, scratch.values, ZEROS, scratch.sums);
            } else {
                tile(from, images, scratch);
            }
            int length = Math.min(vector, outputs - output);
            for (int image = 0; image < images; image++) {
                int sums = FeatureMaps.ALIGNED_START + image * vector;
                int to = image * outputs + output;
                System.arraycopy(scratch.sums, sums, scratch.made, to, length);
            }
        }
    }

    /** Images of a line lie side by side, as they do here. */
    private static void gatherLines(FeatureMaps maps, int first, float[] values) {
        int place = TOGETHER;
        for (int channel = 0; channel < maps.channels(); channel++) {
            for (int row = 0; row < maps.height(); row++) {
                for (int column = 0; column < maps.width(); column++) {
                    int from = maps.index(channel, first, row, column);
                    System.arraycopy(maps.values(), from, values, place, TOGETHER);
                    place += TOGETHER;
                }
            }
        }
    }

    private static void gather(FeatureMaps maps, int image, float[] values, int to) {
        int place = to;
        for (int channel = 0; channel < maps.channels(); channel++) {
            for (int row = 0; row < maps.height(); row++) {
                int from = maps.index(channel, image, row, 0);
                for (int column = 0; column < maps.width(); column++) {
                    values[place] = maps.values()[from + column];
                    place += TOGETHER;
                }
            }
        }
    }

    /** A tile without the Vector API. */
    private void tile(int from, int images, Scratch scratch) {
        for (int image = 0; image < images; image++) {
            int to = FeatureMaps.ALIGNED_START + image * BLOCK;
            Arrays.fill(scratch.sums, to, to + BLOCK, 0);
            for (int place = 0; place < places.length; place++) {
                float value = scratch.values[place * TOGETHER + image];
                for (int index = 0; index < BLOCK; index++) {
                    scratch.sums[to + index] =
                            Math.fma(
                                    value,
                                    blocks[from + places[place] + index],
                                    scratch.sums[to + index]);
                }
            }
        }
    }
}
