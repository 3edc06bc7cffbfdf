package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * Feature maps of some images, planar, with zeros around them.
 *
 * <p>Layout by channel, row, image, column: the images lie side by side as if they were one wide
 * one, so that narrow maps of a batch fill vectors too. Before and behind the rows of a channel
 * lies a row of zeros or more, and behind each row of an image one zero: so every 3×3 neighbour of
 * a pixel lies at a constant distance, and one outside the image reads zero. Where those zeros
 * would cost too many vectors, in a few narrow maps, rows touch instead. Channels start at
 * multiples of a cache line from one another. Whoever writes pixels ends with {@link
 * #clearBorders}, since loops overrun rows and since the memory may have served other maps. Not
 * thread-safe.
 */
public final class FeatureMaps {
    /** Values of a cache line of 64 bytes. */
    static final int LINE = 16;

    /**
     * Where values start in an array that the collector places at a multiple of 64: behind its
     * header of 16 bytes the next line starts 12 values on.
     */
    public static final int ALIGNED_START = 12;

    /** Vectors with a zero behind each row may be so many times those without. */
    private static final double BORDER_LIMIT = 1.2;

    private final int channels;
    private final int height;
    private final int width;
    private final int images;
    private final int imageStride;
    private final int rowStride;
    private final int gap;
    private final int channelStride;
    private final int start;
    private final float[] values;

    /** Maps in an array of their own. */
    public FeatureMaps(int channels, int height, int width, int images) {
        this(
                channels,
                height,
                width,
                images,
                new float[ALIGNED_START + length(channels, height, width, images)],
                ALIGNED_START);
    }

    /**
     * Maps in a part of an array, which may serve others before and after.
     *
     * @param start index of the first of {@link #length} values
     */
    public FeatureMaps(int channels, int height, int width, int images, float[] values, int start) {
        int length = length(channels, height, width, images);
        if (start < 0 || start + length > values.length) {
            throw new IllegalArgumentException(
                    "maps of "
                            + length
                            + " values were to start at "
                            + start
                            + " of an array of "
                            + values.length);
        }
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.images = images;
        this.imageStride = imageStride(height, width, images);
        this.rowStride = images * imageStride;
        this.gap = gap(height, width, images);
        this.channelStride = channelStride(height, width, images);
        this.start = start;
        this.values = values;
        clearBorders();
    }

    /** Values that maps of this shape take, zeros around them included. */
    public static int length(int channels, int height, int width, int images) {
        long length =
                (long) channels * channelStride(height, width, images)
                        + 2L * gap(height, width, images)
                        + LINE;
        return Math.toIntExact(length);
    }

    /** Columns of an image with the zero behind them. */
    private static int imageStride(int height, int width, int images) {
        int rows = Math.multiplyExact(height, images);
        int bordered = lines(Math.multiplyExact(rows, width + 1));
        int touching = lines(rows * width);
        return bordered <= BORDER_LIMIT * touching ? width + 1 : width;
    }

    /** The first index from {@code index} on that lies as {@link #ALIGNED_START} does. */
    public static int alignedStart(int index) {
        return ALIGNED_START + lines(index - ALIGNED_START) * LINE;
    }

    private static int gap(int height, int width, int images) {
        return lines(images * imageStride(height, width, images) + 1) * LINE;
    }

    /** An odd number of cache lines, so that channels spread over all sets of a cache. */
    private static int channelStride(int height, int width, int images) {
        int rows = lines(height * images * imageStride(height, width, images));
        return ((rows + gap(height, width, images) / LINE) | 1) * LINE;
    }

    /** Cache lines that hold so many values. */
    static int lines(int values) {
        return (values + LINE - 1) / LINE;
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

    public int images() {
        return images;
    }

    /** The backing array. */
    float[] values() {
        return values;
    }

    int rowStride() {
        return rowStride;
    }

    int channelStride() {
        return channelStride;
    }

    /** Whether each row of an image is followed by a zero. */
    boolean bordered() {
        return imageStride > width;
    }

    /** Distance of an image's row from that of the image beside it. */
    int imageStride() {
        return imageStride;
    }

    /** Positions of a channel from its first pixel to the end of the line of its last. */
    int positions() {
        return lines(height * rowStride) * LINE;
    }

    /** Index of the first pixel of a channel. */
    int origin(int channel) {
        return start + gap + channel * channelStride;
    }

    /** Index of a pixel in {@link #values}. */
    int index(int channel, int image, int row, int column) {
        return origin(channel) + row * rowStride + image * imageStride + column;
    }

    /**
     * Copies images in.
     *
     * @param input NCHW {@code (…, channels, height, width)}
     * @param first the first image to copy; as many as the maps hold are
     */
    public void load(float[] input, int first) {
        int read = first * channels * height * width;
        for (int image = 0; image < images; image++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int row = 0; row < height; row++) {
                    System.arraycopy(input, read, values, index(channel, image, row, 0), width);
                    read += width;
                }
            }
        }
        clearBorders();
    }

    /**
     * Copies images out.
     *
     * @param output NCHW {@code (…, channels, height, width)}
     * @param first where the first image goes
     */
    public void store(float[] output, int first) {
        int written = first * channels * height * width;
        for (int image = 0; image < images; image++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int row = 0; row < height; row++) {
                    System.arraycopy(values, index(channel, image, row, 0), output, written, width);
                    written += width;
                }
            }
        }
    }

    /**
     * Copies the only image of other maps beside those that are here.
     *
     * @param image which of these maps' images it becomes; after the last one the borders are clear
     */
    public void join(FeatureMaps single, int image) {
        for (int channel = 0; channel < channels; channel++) {
            for (int row = 0; row < height; row++) {
                System.arraycopy(
                        single.values,
                        single.index(channel, 0, row, 0),
                        values,
                        index(channel, image, row, 0),
                        width);
            }
        }
        if (image == images - 1) {
            clearBorders();
        }
    }

    /**
     * Copies images of other maps of the same channels, height and width.
     *
     * @param from first image of {@code source} to copy
     * @param to where it goes
     * @param count of images; the borders are not touched
     */
    public void copyImages(FeatureMaps source, int from, int to, int count) {
        for (int channel = 0; channel < channels; channel++) {
            for (int row = 0; row < height; row++) {
                for (int image = 0; image < count; image++) {
                    System.arraycopy(
                            source.values,
                            source.index(channel, from + image, row, 0),
                            values,
                            index(channel, to + image, row, 0),
                            width);
                }
            }
        }
    }

    /**
     * One for each pixel of a channel and zero for everything between and behind, as long as {@link
     * #positions}.
     */
    float[] pixelMask() {
        float[] mask = new float[positions()];
        for (int row = 0; row < height; row++) {
            for (int image = 0; image < images; image++) {
                int from = row * rowStride + image * imageStride;
                Arrays.fill(mask, from, from + width, 1);
            }
        }
        return mask;
    }

    /** Makes everything around the pixels zero again. */
    void clearBorders() {
        clearBorders(0, channels);
    }

    /** The same for channels from {@code from} to below {@code to}. */
    void clearBorders(int from, int to) {
        if (from == 0) {
            Arrays.fill(values, start, start + gap, 0);
        }
        for (int channel = from; channel < to; channel++) {
            int origin = origin(channel);
            if (bordered()) {
                int end = origin + height * rowStride;
                for (int column = origin + width; column < end; column += imageStride) {
                    values[column] = 0;
                }
            }
            Arrays.fill(values, origin + height * rowStride, origin + channelStride, 0);
        }
        if (to == channels) {
            int end = start + gap + channels * channelStride;
            Arrays.fill(values, end, end + gap + LINE, 0);
        }
    }
}
