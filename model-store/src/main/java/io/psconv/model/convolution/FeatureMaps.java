package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * Feature maps of a batch, planar, each image behind a border of zeros that it shares with its
 * neighbours.
 *
 * <p>Layout by channel, image, row, column. A row is followed by one zero, an image by one row of
 * zeros, a channel is preceded by one row and one zero. So every 3×3 neighbour of a pixel lies at a
 * constant distance, and one that is outside the image reads zero. A loop may leave other values in
 * the borders of images it was not asked for, so every writer ends with {@link #clearBorders}. Not
 * thread-safe.
 */
public final class FeatureMaps {
    /** Positions behind the last image of a channel that a loop may read and overwrite. */
    static final int SLACK = 64;

    private final int channels;
    private final int height;
    private final int width;
    private final int maxBatch;
    private final int channelStride;
    private final float[] values;

    public FeatureMaps(int channels, int height, int width, int maxBatch) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.maxBatch = maxBatch;
        this.channelStride =
                Math.addExact(Math.multiplyExact(maxBatch, imageStride()), margin() + SLACK);
        this.values =
                new float
                        [Math.addExact(
                                Math.multiplyExact(channels, channelStride), margin() + SLACK)];
    }

    public int channels() {
        return channels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int maxBatch() {
        return maxBatch;
    }

    /** The backing array. */
    float[] values() {
        return values;
    }

    int rowStride() {
        return width + 1;
    }

    int imageStride() {
        return (height + 1) * (width + 1);
    }

    int channelStride() {
        return channelStride;
    }

    /** Index of the first pixel of the first image of a channel. */
    int origin(int channel) {
        return margin() + channel * channelStride;
    }

    private int margin() {
        return rowStride() + 1;
    }

    /** Index of a pixel in {@link #values}. */
    int index(int channel, int image, int row, int column) {
        return origin(channel) + image * imageStride() + row * rowStride() + column;
    }

    /**
     * Copies images in.
     *
     * @param input NCHW {@code (batch, channels, height, width)}
     */
    public void load(float[] input, int batch) {
        int read = 0;
        for (int image = 0; image < batch; image++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int row = 0; row < height; row++) {
                    System.arraycopy(input, read, values, index(channel, image, row, 0), width);
                    read += width;
                }
            }
        }
        clearBorders(batch);
    }

    /**
     * Copies images out.
     *
     * @param output NCHW {@code (batch, channels, height, width)}, overwritten
     */
    public void store(int batch, float[] output) {
        int written = 0;
        for (int image = 0; image < batch; image++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int row = 0; row < height; row++) {
                    System.arraycopy(values, index(channel, image, row, 0), output, written, width);
                    written += width;
                }
            }
        }
    }

    /** Makes the border of every image below {@code batch} zero again. */
    void clearBorders(int batch) {
        for (int channel = 0; channel < channels; channel++) {
            int start = origin(channel);
            int end = start + batch * imageStride();
            for (int column = start + width; column < end; column += rowStride()) {
                values[column] = 0;
            }
            for (int row = start + height * rowStride(); row < end; row += imageStride()) {
                Arrays.fill(values, row, row + rowStride(), 0);
            }
        }
    }
}
