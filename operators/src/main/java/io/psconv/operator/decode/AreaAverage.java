package io.psconv.operator.decode;

import java.util.Arrays;

/**
 * Resizes an RGB image by averaging over areas, taking one source row after another.
 *
 * <p>Output pixel {@code x} is the mean of the source over {@code [x * sourceWidth / width, (x + 1)
 * * sourceWidth / width)}, a source pixel cut by the border counting by the part inside; rows
 * likewise. Enlarging therefore repeats pixels, mixing two only where an output pixel lies on their
 * border. Sums are whole numbers, so a mean that is a whole number is exact.
 *
 * <p>Keeps the sums of one image; not for several threads.
 */
final class AreaAverage {
    private static final int CHANNELS = 3;

    private final int sourceWidth;
    private final int sourceHeight;
    private final int width;
    private final int height;

    /** By output column: the first and last source column under it, and how much of each. */
    private final int[] firstColumn;

    private final int[] lastColumn;
    private final int[] firstWeight;
    private final int[] lastWeight;

    private final long[] rowSums;
    private final long[] sums;

    /** All sides at least 1; {@code sourceWidth * sourceHeight} an int. */
    AreaAverage(int sourceWidth, int sourceHeight, int width, int height) {
        this.sourceWidth = sourceWidth;
        this.sourceHeight = sourceHeight;
        this.width = width;
        this.height = height;
        firstColumn = new int[width];
        lastColumn = new int[width];
        firstWeight = new int[width];
        lastWeight = new int[width];
        rowSums = new long[CHANNELS * width];
        sums = new long[CHANNELS * width * height];
        for (int column = 0; column < width; column++) {
            layOut(column);
        }
    }

    boolean resizesFrom(int imageWidth, int imageHeight) {
        return sourceWidth == imageWidth && sourceHeight == imageHeight;
    }

    /** Forgets the last image. */
    void start() {
        Arrays.fill(sums, 0);
    }

    /** Adds source row {@code row}, {@code 3 * sourceWidth} interleaved values. */
    void add(int row, byte[] rgb) {
        sumRow(rgb);
        long top = (long) row * height;
        long bottom = top + height;
        for (int y = (int) (top / sourceHeight); (long) y * sourceHeight < bottom; y++) {
            long outputTop = (long) y * sourceHeight;
            long weight = Math.min(bottom, outputTop + sourceHeight) - Math.max(top, outputTop);
            int at = y * rowSums.length;
            for (int index = 0; index < rowSums.length; index++) {
                sums[at + index] += weight * rowSums[index];
            }
        }
    }

    /** The mean at {@code (x, y)} of a channel, after all rows were added; between 0 and 255. */
    float mean(int channel, int y, int x) {
        long area = (long) sourceWidth * sourceHeight;
        return (float) ((double) sums[(y * width + x) * CHANNELS + channel] / area);
    }

    /** In units of {@code 1 / width} source columns, so that all borders are whole numbers. */
    private void layOut(int column) {
        long left = (long) column * sourceWidth;
        long right = left + sourceWidth;
        int first = (int) (left / width);
        int last = (int) ((right - 1) / width);
        firstColumn[column] = first;
        lastColumn[column] = last;
        firstWeight[column] = (int) (Math.min((first + 1L) * width, right) - left);
        lastWeight[column] = first == last ? 0 : (int) (right - (long) last * width);
    }

    private void sumRow(byte[] rgb) {
        for (int column = 0; column < width; column++) {
            int first = CHANNELS * firstColumn[column];
            int last = CHANNELS * lastColumn[column];
            long red = 0;
            long green = 0;
            long blue = 0;
            for (int at = first + CHANNELS; at < last; at += CHANNELS) {
                red += rgb[at] & 0xff;
                green += rgb[at + 1] & 0xff;
                blue += rgb[at + 2] & 0xff;
            }
            long one = firstWeight[column];
            long other = lastWeight[column];
            int to = CHANNELS * column;
            rowSums[to] = red * width + one * (rgb[first] & 0xff) + other * (rgb[last] & 0xff);
            rowSums[to + 1] =
                    green * width + one * (rgb[first + 1] & 0xff) + other * (rgb[last + 1] & 0xff);
            rowSums[to + 2] =
                    blue * width + one * (rgb[first + 2] & 0xff) + other * (rgb[last + 2] & 0xff);
        }
    }
}
