package io.psconv.model.convolution;

/**
 * Layers without weights over {@link FeatureMaps}, for channels from {@code from} to below {@code
 * to}. Outputs are overwritten, inputs are not.
 */
public final class Pooling {
    private Pooling() {}

    /** The largest value of each {@code size} × {@code size} window, side by side. */
    public static void max(FeatureMaps input, int size, FeatureMaps output, int from, int to) {
        for (int channel = from; channel < to; channel++) {
            for (int image = 0; image < output.images(); image++) {
                for (int row = 0; row < output.height(); row++) {
                    maxOfRow(input, channel, image, row, size, output);
                }
            }
        }
        output.clearBorders(from, to);
    }

    private static void maxOfRow(
            FeatureMaps input, int channel, int image, int row, int size, FeatureMaps output) {
        float[] read = input.values();
        float[] written = output.values();
        int first = input.index(channel, image, row * size, 0);
        int to = output.index(channel, image, row, 0);
        for (int column = 0; column < output.width(); column++) {
            int window = first + column * size;
            float largest = read[window];
            for (int y = 0; y < size; y++) {
                int line = window + y * input.rowStride();
                for (int x = 0; x < size; x++) {
                    float value = read[line + x];
                    largest = value > largest ? value : largest;
                }
            }
            written[to + column] = largest;
        }
    }

    /** The mean of each {@code size} × {@code size} window, side by side, summed row by row. */
    public static void average(FeatureMaps input, int size, FeatureMaps output, int from, int to) {
        float[] read = input.values();
        for (int channel = from; channel < to; channel++) {
            for (int image = 0; image < output.images(); image++) {
                for (int row = 0; row < output.height(); row++) {
                    for (int column = 0; column < output.width(); column++) {
                        int window = input.index(channel, image, row * size, column * size);
                        float sum = 0;
                        for (int y = 0; y < size; y++) {
                            for (int x = 0; x < size; x++) {
                                sum += read[window + y * input.rowStride() + x];
                            }
                        }
                        output.values()[output.index(channel, image, row, column)] =
                                sum / (size * size);
                    }
                }
            }
        }
        output.clearBorders(from, to);
    }

    /** Every {@code stride}-th row and column; channels the input lacks are zero, half in front. */
    public static void paddedSubsample(
            FeatureMaps input, int stride, FeatureMaps output, int from, int to) {
        int front = (output.channels() - input.channels()) / 2;
        for (int channel = from; channel < to; channel++) {
            int source = channel - front;
            boolean padding = source < 0 || source >= input.channels();
            for (int image = 0; image < output.images(); image++) {
                for (int row = 0; row < output.height(); row++) {
                    for (int column = 0; column < output.width(); column++) {
                        output.values()[output.index(channel, image, row, column)] =
                                padding
                                        ? 0
                                        : input.values()[
                                                input.index(
                                                        source,
                                                        image,
                                                        row * stride,
                                                        column * stride)];
                    }
                }
            }
        }
        output.clearBorders(from, to);
    }
}
