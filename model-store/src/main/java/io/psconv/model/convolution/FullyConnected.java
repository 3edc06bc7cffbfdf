package io.psconv.model.convolution;

/**
 * A fully connected layer: every output is one chain of fused multiply–adds over the inputs.
 *
 * <p>The loop runs over the outputs innermost, which the compiler turns into vectors by itself; the
 * order of each chain stays that of the inputs. Immutable.
 */
public final class FullyConnected {
    private final int inputs;
    private final int outputs;
    private final float[] weightsByInput;
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
        this.bias = bias.clone();
        this.weightsByInput = new float[weights.length];
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                weightsByInput[input * outputs + output] = weights[output * inputs + input];
            }
        }
    }

    /** Multiply–accumulates of one image. */
    public long macs() {
        return (long) inputs * outputs;
    }

    /**
     * Computes the outputs of all images.
     *
     * @param maps read as {@code (images, channels · height · width)}
     * @param output {@code (…, outputs)}
     * @param first where the outputs of the first image go
     */
    public void apply(FeatureMaps maps, float[] output, int first) {
        apply(maps, maps.images(), output, first);
    }

    /** The same for the first {@code count} images. */
    public void apply(FeatureMaps maps, int count, float[] output, int first) {
        check(maps);
        for (int image = 0; image < count; image++) {
            connect(maps, image, output, (first + image) * outputs);
        }
    }

    /**
     * Computes the outputs of all images as maps that another layer reads.
     *
     * @param maps read as {@code (images, channels · height · width)}
     * @param relu whether negative outputs become zero
     * @param output maps of {@code outputs} × 1 × 1, overwritten
     * @param sums as long as the outputs of an image, overwritten
     */
    public void apply(FeatureMaps maps, boolean relu, FeatureMaps output, float[] sums) {
        check(maps);
        for (int image = 0; image < maps.images(); image++) {
            connect(maps, image, sums, 0);
            for (int index = 0; index < outputs; index++) {
                output.values()[output.index(index, image, 0, 0)] =
                        relu && sums[index] < 0 ? 0 : sums[index];
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

    private void connect(FeatureMaps maps, int image, float[] output, int to) {
        System.arraycopy(bias, 0, output, to, outputs);
        int weight = 0;
        for (int channel = 0; channel < maps.channels(); channel++) {
            for (int row = 0; row < maps.height(); row++) {
                int from = maps.index(channel, image, row, 0);
                for (int column = 0; column < maps.width(); column++) {
                    float value = maps.values()[from + column * maps.columnStride()];
                    accumulate(value, weight, output, to);
                    weight += outputs;
                }
            }
        }
    }

    private void accumulate(float value, int weight, float[] output, int to) {
        for (int index = 0; index < outputs; index++) {
            output[to + index] =
                    Math.fma(value, weightsByInput[weight + index], output[to + index]);
        }
    }
}
