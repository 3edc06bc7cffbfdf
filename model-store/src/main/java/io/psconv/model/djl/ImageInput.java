package io.psconv.model.djl;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import java.util.Arrays;

/**
 * Pixels to normalised input of one size, by averaging areas where sizes differ.
 *
 * <p>The same as the stream's decoder, to the bit: an output pixel is the mean of the source over
 * the area it covers, in sums of whole numbers, a source pixel on the border counting by the part
 * inside. Proportions are not kept. Without resizing, values are {@link Normalisation#table}'s.
 */
record ImageInput(FeatureShape shape, Normalisation normalisation) {
    private static final int CHANNELS = 3;

    ImageInput {
        if (shape.channels() != CHANNELS) {
            throw new IllegalArgumentException(
                    "input of the model was '"
                            + shape
                            + "' but images have 3 channels; give it arrays instead, with"
                            + " setTypes(NDList.class, NDList.class)");
        }
    }

    /**
     * Makes the input of one image.
     *
     * @param rgb {@code (height, width, 3)}, unsigned
     * @return CHW
     */
    float[] of(byte[] rgb, int height, int width) {
        return width == shape.width() && height == shape.height()
                ? copied(rgb)
                : resized(sums(rgb, height, width), (long) height * width);
    }

    private float[] copied(byte[] rgb) {
        float[] input = new float[shape.length()];
        int plane = shape.height() * shape.width();
        for (int channel = 0; channel < CHANNELS; channel++) {
            float[] table = normalisation.table(channel);
            for (int pixel = 0; pixel < plane; pixel++) {
                input[channel * plane + pixel] = table[rgb[CHANNELS * pixel + channel] & 0xff];
            }
        }
        return input;
    }

    private float[] resized(long[] sums, long area) {
        float[] input = new float[shape.length()];
        int plane = shape.height() * shape.width();
        for (int channel = 0; channel < CHANNELS; channel++) {
            float mean = normalisation.mean().get(channel);
            float deviation = normalisation.standardDeviation().get(channel);
            for (int pixel = 0; pixel < plane; pixel++) {
                float value = (float) ((double) sums[CHANNELS * pixel + channel] / area);
                input[channel * plane + pixel] = (value / 255f - mean) / deviation;
            }
        }
        return input;
    }

    /**
     * Sums over the areas of all output pixels, times the pixels of the source: in these units the
     * overlap of a source with an output pixel is a whole number.
     */
    private long[] sums(byte[] rgb, int height, int width) {
        long[] line = new long[CHANNELS * shape.width()];
        long[] sums = new long[shape.height() * line.length];
        for (int row = 0; row < height; row++) {
            sumLine(rgb, row * width, width, line);
            for (int y = first(row, shape.height(), height);
                    (long) y * height < (row + 1L) * shape.height();
                    y++) {
                long weight = overlap(y, height, row, shape.height());
                for (int index = 0; index < line.length; index++) {
                    sums[y * line.length + index] += weight * line[index];
                }
            }
        }
        return sums;
    }

    private void sumLine(byte[] rgb, int start, int width, long[] line) {
        Arrays.fill(line, 0);
        for (int x = 0; x < shape.width(); x++) {
            for (int column = first(x, width, shape.width());
                    (long) column * shape.width() < (x + 1L) * width;
                    column++) {
                long weight = overlap(x, width, column, shape.width());
                for (int channel = 0; channel < CHANNELS; channel++) {
                    int value = rgb[CHANNELS * (start + column) + channel] & 0xff;
                    line[CHANNELS * x + channel] += weight * value;
                }
            }
        }
    }

    /** The first of the intervals of length {@code other} that meets number {@code index}. */
    private static int first(int index, int length, int other) {
        return (int) ((long) index * length / other);
    }

    private static long overlap(int one, int length, int other, int otherLength) {
        long start = Math.max((long) one * length, (long) other * otherLength);
        long end = Math.min((one + 1L) * length, (other + 1L) * otherLength);
        return end - start;
    }
}
