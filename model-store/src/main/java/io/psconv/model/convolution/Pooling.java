package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * Layers without weights over {@link FeatureMaps}, for channels from {@code from} to below {@code
 * to}. Outputs are overwritten, inputs are not.
 */
public final class Pooling {
    /** Whether {@link VectorRows} can be linked. */
    private static final boolean VECTOR = ConvolutionForms.vector().isPresent();

    private Pooling() {}

    private static boolean areLines(FeatureMaps input, FeatureMaps output) {
        return output.hasAdjacentLines() && input.hasAdjacentLines();
    }

    /** The largest value of each {@code size} × {@code size} window, side by side. */
    public static void max(FeatureMaps input, int size, FeatureMaps output, int from, int to) {
        if (areLines(input, output)) {
            overLines(input, size, output, from, to, VectorRows::maxOfLines);
            return;
        }
        for (int channel = from; channel < to; channel++) {
            // In the order of the output's memory: vectors overrun rows.
            for (int row = 0; row < output.height(); row++) {
                for (int image = 0; image < output.images(); image++) {
                    maxOfTiles(input, channel, image, row, size, output);
                }
            }
        }
        output.clearBorders(from, to);
    }

    /**
     * The largest value of each {@code size} × {@code size} window, at distances of {@code stride};
     * the first one begins {@code padding} rows and columns outside of the image.
     */
    public static void max(
            FeatureMaps input,
            int size,
            int stride,
            int padding,
            FeatureMaps output,
            int from,
            int to) {
        if (stride == size && padding == 0) {
            max(input, size, output, from, to);
            return;
        }
        // In the order of the output's memory: vectors overrun rows.
        if (areLines(input, output)) {
            for (int row = 0; row < output.height(); row++) {
                for (int channel = from; channel < to; channel++) {
                    maxOfLines(input, channel, row, size, stride, padding, output);
                }
            }
        } else {
            for (int channel = from; channel < to; channel++) {
                for (int row = 0; row < output.height(); row++) {
                    for (int image = 0; image < output.images(); image++) {
                        maxOfRow(input, channel, image, row, size, stride, padding, output);
                    }
                }
            }
        }
        output.clearBorders(from, to);
    }

    /** A row of windows that may reach outside of the image. */
    private static void maxOfRow(
            FeatureMaps input,
            int channel,
            int image,
            int row,
            int size,
            int stride,
            int padding,
            FeatureMaps output) {
        int top = Math.max(0, row * stride - padding);
        int rows = Math.min(input.height(), row * stride - padding + size) - top;
        int from = input.index(channel, image, top, 0);
        int to = output.index(channel, image, row, 0);
        // Windows from the first to before the end are inside.
        int first = Math.min(output.width(), (padding + stride - 1) / stride);
        int last = Math.floorDiv(input.width() + padding - size, stride);
        int end = Math.max(first, last + 1);
        boolean vector = VECTOR && stride == 2 && end > first;
        if (vector) {
            VectorRows.maxOfEverySecond(
                    input.values(),
                    from + first * stride - padding,
                    input.rowStride(),
                    rows,
                    size,
                    output.values(),
                    to + first,
                    end - first);
        }
        for (int column = 0; column < output.width(); column++) {
            if (!vector || column < first || column >= end) {
                int left = column * stride - padding;
                int start = Math.max(0, left);
                int columns = Math.min(input.width(), left + size) - start;
                output.values()[to + column] = largest(input, from + start, rows, columns);
            }
        }
    }

    private static float largest(FeatureMaps input, int from, int rows, int columns) {
        float[] read = input.values();
        float largest = read[from];
        for (int row = 0; row < rows; row++) {
            int start = from + row * input.rowStride();
            for (int column = 0; column < columns; column++) {
                largest = Math.max(largest, read[start + column]);
            }
        }
        return largest;
    }

    /** The same as {@link #maxOfRow} over lines. */
    private static void maxOfLines(
            FeatureMaps input,
            int channel,
            int row,
            int size,
            int stride,
            int padding,
            FeatureMaps output) {
        int top = Math.max(0, row * stride - padding);
        int rows = Math.min(input.height(), row * stride - padding + size) - top;
        int from = input.index(channel, 0, top, 0);
        int to = output.index(channel, 0, row, 0);
        for (int column = 0; column < output.width(); column++) {
            int left = column * stride - padding;
            int start = Math.max(0, left);
            int columns = Math.min(input.width(), left + size) - start;
            VectorRows.maxOfLines(
                    input.values(),
                    from + start * FeatureMaps.INTERLEAVED_IMAGES,
                    input.rowStride(),
                    rows,
                    columns,
                    output.values(),
                    to + column * FeatureMaps.INTERLEAVED_IMAGES,
                    1);
        }
    }

    private static void maxOfTiles(
            FeatureMaps input, int channel, int image, int row, int size, FeatureMaps output) {
        int from = input.index(channel, image, row * size, 0);
        int to = output.index(channel, image, row, 0);
        if (size == 2) {
            int below = from + input.rowStride();
            if (VECTOR) {
                VectorRows.maxOfPairs(
                        input.values(), from, below, output.values(), to, output.width());
            } else {
                maxOfPairs(input.values(), from, below, output.values(), to, output.width());
            }
            return;
        }
        for (int column = 0; column < output.width(); column++) {
            output.values()[to + column] = largest(input, from + column * size, size, size);
        }
    }

    /** Windows of two by two, without branches: which value is the largest cannot be foreseen. */
    private static void maxOfPairs(
            float[] read, int upper, int lower, float[] written, int to, int width) {
        for (int column = 0; column < width; column++) {
            float above = Math.max(read[upper + 2 * column], read[upper + 2 * column + 1]);
            float below = Math.max(read[lower + 2 * column], read[lower + 2 * column + 1]);
            written[to + column] = Math.max(above, below);
        }
    }

    /** The mean of each {@code size} × {@code size} window, side by side, summed row by row. */
    public static void average(FeatureMaps input, int size, FeatureMaps output, int from, int to) {
        if (areLines(input, output)) {
            overLines(input, size, output, from, to, VectorRows::meanOfLines);
            return;
        }
        float[] read = input.values();
        for (int channel = from; channel < to; channel++) {
            for (int image = 0; image < output.images(); image++) {
                for (int row = 0; row < output.height(); row++) {
                    int window = input.index(channel, image, row * size, 0);
                    int place = output.index(channel, image, row, 0);
                    for (int column = 0; column < output.width(); column++) {
                        output.values()[place + column] =
                                mean(read, window + column * size, input.rowStride(), size);
                    }
                }
            }
        }
        output.clearBorders(from, to);
    }

    private static float mean(float[] read, int from, int rowStride, int size) {
        float sum = 0;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                sum += read[from + row * rowStride + column];
            }
        }
        return sum / (size * size);
    }

    /** A row of windows of interleaved maps, as {@link VectorRows#maxOfLines} takes it. */
    private interface LineWindows {
        void run(
                float[] input,
                int from,
                int rowStride,
                int rows,
                int columns,
                float[] output,
                int to,
                int windows);
    }

    /** Row by row, all channels of each: in the order of the memory. */
    private static void overLines(
            FeatureMaps input,
            int size,
            FeatureMaps output,
            int from,
            int to,
            LineWindows windows) {
        for (int row = 0; row < output.height(); row++) {
            for (int channel = from; channel < to; channel++) {
                windows.run(
                        input.values(),
                        input.index(channel, 0, row * size, 0),
                        input.rowStride(),
                        size,
                        size,
                        output.values(),
                        output.index(channel, 0, row, 0),
                        output.width());
            }
        }
        output.clearBorders(from, to);
    }

    /** Every {@code stride}-th row and column; channels the input lacks are zero, half in front. */
    public static void paddedSubsample(
            FeatureMaps input, int stride, FeatureMaps output, int from, int to) {
        if (output.hasAdjacentLines()) {
            subsampleLines(input, stride, output, from, to);
            return;
        }
        int front = (output.channels() - input.channels()) / 2;
        for (int channel = from; channel < to; channel++) {
            int source = channel - front;
            boolean padding = source < 0 || source >= input.channels();
            for (int image = 0; image < output.images(); image++) {
                for (int row = 0; row < output.height(); row++) {
                    int written = output.index(channel, image, row, 0);
                    if (padding) {
                        Arrays.fill(output.values(), written, written + output.width(), 0);
                    } else {
                        int read = input.index(source, image, row * stride, 0);
                        takeEvery(
                                stride,
                                input.values(),
                                read,
                                output.values(),
                                written,
                                output.width());
                    }
                }
            }
        }
        output.clearBorders(from, to);
    }

    private static void takeEvery(
            int stride, float[] read, int from, float[] written, int to, int count) {
        for (int index = 0; index < count; index++) {
            written[to + index] = read[from + index * stride];
        }
    }

    /** Of the input's columns, those that are taken may lie apart from the others. */
    private static void subsampleLines(
            FeatureMaps input, int stride, FeatureMaps output, int from, int to) {
        int front = (output.channels() - input.channels()) / 2;
        for (int row = 0; row < output.height(); row++) {
            for (int channel = from; channel < to; channel++) {
                int source = channel - front;
                int written = output.index(channel, 0, row, 0);
                if (source < 0 || source >= input.channels()) {
                    int end = written + output.width() * FeatureMaps.INTERLEAVED_IMAGES;
                    Arrays.fill(output.values(), written, end, 0);
                } else {
                    VectorRows.copyLines(
                            input.values(),
                            input.index(source, 0, row * stride, 0),
                            input.columnStride(stride),
                            output.values(),
                            written,
                            output.width());
                }
            }
        }
        output.clearBorders(from, to);
    }

    /**
     * The gradient of {@link #max}: each window's goes to the first of its largest values.
     *
     * @param input what was pooled
     * @param upstream gradient of the output
     * @param gradient of the input, overwritten
     */
    public static void maxGradient(
            FeatureMaps input, int size, FeatureMaps upstream, FeatureMaps gradient) {
        float[] read = input.values();
        for (int channel = 0; channel < input.channels(); channel++) {
            clearPixels(gradient, channel);
            for (int image = 0; image < upstream.images(); image++) {
                for (int row = 0; row < upstream.height(); row++) {
                    for (int column = 0; column < upstream.width(); column++) {
                        int window = input.index(channel, image, row * size, column * size);
                        int largest = window;
                        for (int y = 0; y < size; y++) {
                            for (int x = 0; x < size; x++) {
                                int at = window + y * input.rowStride() + x;
                                largest = read[at] > read[largest] ? at : largest;
                            }
                        }
                        int place = largest - input.origin(channel) + gradient.origin(channel);
                        gradient.values()[place] =
                                upstream.values()[upstream.index(channel, image, row, column)];
                    }
                }
            }
        }
    }

    /** The gradient of {@link #average}: each window's is spread evenly. */
    public static void averageGradient(FeatureMaps upstream, int size, FeatureMaps gradient) {
        for (int channel = 0; channel < gradient.channels(); channel++) {
            clearPixels(gradient, channel);
            for (int image = 0; image < upstream.images(); image++) {
                for (int row = 0; row < upstream.height() * size; row++) {
                    int from = upstream.index(channel, image, row / size, 0);
                    int to = gradient.index(channel, image, row, 0);
                    for (int column = 0; column < upstream.width() * size; column++) {
                        gradient.values()[to + column] =
                                upstream.values()[from + column / size] / (size * size);
                    }
                }
            }
        }
    }

    /** The gradient of {@link #paddedSubsample}: pixels that were passed over have none. */
    public static void paddedSubsampleGradient(
            FeatureMaps upstream, int stride, FeatureMaps gradient) {
        int front = (upstream.channels() - gradient.channels()) / 2;
        for (int channel = 0; channel < gradient.channels(); channel++) {
            clearPixels(gradient, channel);
            for (int image = 0; image < upstream.images(); image++) {
                for (int row = 0; row < upstream.height(); row++) {
                    for (int column = 0; column < upstream.width(); column++) {
                        gradient.values()[
                                        gradient.index(
                                                channel, image, row * stride, column * stride)] =
                                upstream.values()[
                                        upstream.index(channel + front, image, row, column)];
                    }
                }
            }
        }
    }

    private static void clearPixels(FeatureMaps maps, int channel) {
        int origin = maps.origin(channel);
        Arrays.fill(maps.values(), origin, origin + maps.positions(), 0);
    }
}
