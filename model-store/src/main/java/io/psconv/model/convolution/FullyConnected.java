package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * A fully connected layer: every output is one chain of fused multiply–adds over the inputs.
 *
 * <p>Lanes are outputs, and eight images share a reading of the weights, which are what takes the
 * time; the order of each chain stays that of the inputs. Immutable.
 */
public final class FullyConnected {
    /** Outputs of a block: at least those of a vector. */
    static final int BLOCK = FeatureMaps.LINE;

    /** Images that share a reading of the weights. */
    static final int TOGETHER = 8;

    /** Whether {@link VectorConnections} can be linked. */
    private static final boolean VECTOR = ConvolutionForms.vector().isPresent();

    private final int inputs;
    private final int outputs;

    /** By block of outputs, then input, then output of the block; the last block ends in zeros. */
    private final float[] blocks;

    private final float[] bias;

    /**
     * Takes the weights of a layer.
     *
     * @param weights {@code (outputs, inputs)}
     * @param bias {@code (outputs)}
     */
    public FullyConnected(int inputs, int outputs, float[] weights, float[] bias) {
        if (weights.length != inputs * outputs || bias.length != outputs) {
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
        int padded = (outputs + BLOCK - 1) / BLOCK * BLOCK;
        this.bias = Arrays.copyOf(bias, padded);
        this.blocks = new float[padded * inputs];
        for (int output = 0; output < outputs; output++) {
            int first = output / BLOCK * BLOCK * inputs + output % BLOCK;
            for (int input = 0; input < inputs; input++) {
                blocks[first + input * BLOCK] = weights[output * inputs + input];
            }
        }
    }

    /** Multiply–accumulates of one image. */
    public long macs() {
        return (long) inputs * outputs;
    }

    /**
     * Room for what {@code apply} reads and makes of some images at once, overwritten by it.
     *
     * @param images of the maps that are read
     */
    public float[] newScratch(int images) {
        return new float[Math.min(images, TOGETHER) * (inputs + bias.length)];
    }

    /**
     * Computes the outputs of the first images.
     *
     * @param maps read as {@code (images, channels · height · width)}
     * @param count how many images
     * @param output {@code (…, outputs)}
     * @param first where the outputs of the first image go
     * @param scratch of {@link #newScratch}
     */
    public void apply(FeatureMaps maps, int count, float[] output, int first, float[] scratch) {
        check(maps);
        for (int image = 0; image < count; image += TOGETHER) {
            int together = Math.min(TOGETHER, count - image);
            connect(maps, image, together, scratch);
            for (int index = 0; index < together; index++) {
                int to = (first + image + index) * outputs;
                System.arraycopy(scratch, made(together, index), output, to, outputs);
            }
        }
    }

    /**
     * Computes the outputs of all images as maps that another layer reads.
     *
     * @param maps read as {@code (images, channels · height · width)}
     * @param relu whether negative outputs become zero
     * @param output maps of {@code outputs} × 1 × 1, overwritten
     * @param scratch of {@link #newScratch}
     */
    public void apply(FeatureMaps maps, boolean relu, FeatureMaps output, float[] scratch) {
        check(maps);
        for (int image = 0; image < maps.images(); image += TOGETHER) {
            int together = Math.min(TOGETHER, maps.images() - image);
            connect(maps, image, together, scratch);
            for (int index = 0; index < together; index++) {
                int from = made(together, index);
                for (int channel = 0; channel < outputs; channel++) {
                    float sum = scratch[from + channel];
                    output.values()[output.index(channel, image + index, 0, 0)] =
                            relu && sum < 0 ? 0 : sum;
                }
            }
        }
        output.clearBorders();
    }

    /** Where an image's outputs lie in the scratch, behind the inputs of all. */
    private int made(int images, int image) {
        return images * inputs + image * bias.length;
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

    private void connect(FeatureMaps maps, int first, int images, float[] scratch) {
        for (int image = 0; image < images; image++) {
            gather(maps, first + image, scratch, image * inputs);
        }
        for (int output = 0; output < bias.length; output += BLOCK) {
            int made = made(images, 0) + output;
            if (VECTOR && images == TOGETHER) {
                VectorConnections.eight(
                        scratch, inputs, blocks, output * inputs, bias, output, made);
            } else {
                for (int image = 0; image < images; image++) {
                    int to = made + image * bias.length;
                    if (VECTOR) {
                        VectorConnections.one(
                                scratch, image * inputs, inputs, blocks, bias, output, to);
                    } else {
                        one(scratch, image * inputs, output, to);
                    }
                }
            }
        }
    }

    private static void gather(FeatureMaps maps, int image, float[] scratch, int to) {
        int input = to;
        for (int channel = 0; channel < maps.channels(); channel++) {
            for (int row = 0; row < maps.height(); row++) {
                int from = maps.index(channel, image, row, 0);
                for (int column = 0; column < maps.width(); column++) {
                    scratch[input++] = maps.values()[from + column * maps.columnStride()];
                }
            }
        }
    }

    /** A block of one image's outputs. */
    private void one(float[] scratch, int from, int output, int to) {
        System.arraycopy(bias, output, scratch, to, BLOCK);
        int weight = output * inputs;
        for (int input = 0; input < inputs; input++) {
            float value = scratch[from + input];
            for (int index = 0; index < BLOCK; index++) {
                scratch[to + index] = Math.fma(value, blocks[weight++], scratch[to + index]);
            }
        }
    }
}
