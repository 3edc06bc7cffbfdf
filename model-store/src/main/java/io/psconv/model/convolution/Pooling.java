package io.psconv.model.convolution;

/** Layers without weights over {@link FeatureMaps}. Outputs are overwritten, inputs are not. */
public final class Pooling {
    private Pooling() {}

    /** The largest value of each {@code size} × {@code size} window, side by side. */
    public static void max(FeatureMaps input, int batch, int size, FeatureMaps output) {
        float[] read = input.values();
        for (int channel = 0; channel < output.channels(); channel++) {
            for (int image = 0; image < batch; image++) {
                for (int row = 0; row < output.height(); row++) {
                    for (int column = 0; column < output.width(); column++) {
                        int from = input.index(channel, image, row * size, column * size);
                        float largest = read[from];
                        for (int y = 0; y < size; y++) {
                            for (int x = 0; x < size; x++) {
                                float value = read[from + y * input.rowStride() + x];
                                largest = value > largest ? value : largest;
                            }
                        }
                        output.values()[output.index(channel, image, row, column)] = largest;
                    }
                }
            }
        }
        output.clearBorders(batch);
    }

    /** The mean of each {@code size} × {@code size} window, side by side, summed row by row. */
    public static void average(FeatureMaps input, int batch, int size, FeatureMaps output) {
        float[] read = input.values();
        for (int channel = 0; channel < output.channels(); channel++) {
            for (int image = 0; image < batch; image++) {
                for (int row = 0; row < output.height(); row++) {
                    for (int column = 0; column < output.width(); column++) {
                        int from = input.index(channel, image, row * size, column * size);
                        float sum = 0;
                        for (int y = 0; y < size; y++) {
                            for (int x = 0; x < size; x++) {
                                sum += read[from + y * input.rowStride() + x];
                            }
                        }
                        output.values()[output.index(channel, image, row, column)] =
                                sum / (size * size);
                    }
                }
            }
        }
        output.clearBorders(batch);
    }

    /** Every {@code stride}-th row and column; channels the input lacks are zero, half in front. */
    public static void paddedSubsample(
            FeatureMaps input, int batch, int stride, FeatureMaps output) {
        int front = (output.channels() - input.channels()) / 2;
        for (int channel = 0; channel < output.channels(); channel++) {
            int source = channel - front;
            boolean padding = source < 0 || source >= input.channels();
            for (int image = 0; image < batch; image++) {
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
        output.clearBorders(batch);
    }
}
