package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * Feature maps of some images, planar, with zeros around them, in one of three layouts.
 *
 * <p>{@link Layout#SIDE_BY_SIDE}: by channel, row, image, column: the images lie side by side as if
 * they were one wide one, so that narrow maps of a batch fill vectors too. Before and behind the
 * rows of a channel lies a row of zeros or more, and behind each row of an image one zero: so every
 * 3×3 neighbour of a pixel lies at a constant distance, and one outside the image reads zero. Where
 * those zeros would cost too many vectors, in a few narrow maps, rows touch instead.
 *
 * <p>{@link Layout#INTERLEAVED}: by row, channel, column, image: a pixel's values in {@link
 * #INTERLEAVED_IMAGES} images are a line, and what a row of the output reads lies together. Behind
 * each channel's part of a row, and before the first one, lies a line of zeros: so neighbours to
 * the left and right of a pixel lie at constant distances; those above the first row and below the
 * last one must not be read.
 *
 * <p>{@link Layout#COLUMNS_APART}: the same for what convolutions of stride 2 read: of a row of a
 * channel first the even columns, then a line of zeros, then the odd ones. So lines that adjacent
 * outputs read are adjacent there, too.
 *
 * <p>Channels start at multiples of a cache line, or of a line of eight images, from one another.
 * Whoever writes pixels ends with {@link #clearBorders}, since loops overrun rows and since the
 * memory may have served other maps. Not thread-safe.
 */
public final class FeatureMaps {
    /** Values of a cache line of 64 bytes. */
    static final int LINE = 16;

    /**
     * Images that are interleaved: of a pixel's values in them a vector of eight lanes, or else a
     * cache line. Half as many take half the room in a near cache.
     */
    public static final int INTERLEAVED_IMAGES = ConvolutionForms.lanes() == 8 ? 8 : LINE;

    /**
     * Where values start in an array that the collector places at a multiple of 64: behind its
     * header of 16 bytes the next line starts 12 values on.
     */
    public static final int ALIGNED_START = 12;

    /** Vectors with a zero behind each row may be so many times those without. */
    private static final double BORDER_LIMIT = 1.2;

    /** How the values of some images lie. */
    public enum Layout {
        /** Row by row, an image's behind another's. */
        SIDE_BY_SIDE,
        /** Pixel by pixel, those of all images together. */
        INTERLEAVED,
        /** The same, but a row's even columns before its odd ones. */
        COLUMNS_APART;

        /** Whether a pixel's values in all images lie together. */
        public boolean interleaves() {
            return this != SIDE_BY_SIDE;
        }
    }

    private final int channels;
    private final int height;
    private final int width;
    private final int images;
    private final Geometry geometry;
    private final int start;
    private final float[] values;

    /** Maps in an array of their own, side by side. */
    public FeatureMaps(int channels, int height, int width, int images) {
        this(channels, height, width, images, Layout.SIDE_BY_SIDE);
    }

    /** Maps in an array of their own. */
    public FeatureMaps(int channels, int height, int width, int images, Layout layout) {
        this(
                channels,
                height,
                width,
                images,
                layout,
                new float[ALIGNED_START + length(channels, height, width, images, layout)],
                ALIGNED_START);
    }

    /**
     * Maps in a part of an array, which may serve others before and after.
     *
     * @param start index of the first of {@link #length} values
     * @throws IllegalArgumentException if they do not fit there, or if interleaved images are not
     *     {@link #INTERLEAVED_IMAGES}
     */
    public FeatureMaps(
            int channels,
            int height,
            int width,
            int images,
            Layout layout,
            float[] values,
            int start) {
        int length = length(channels, height, width, images, layout);
        if (start < 0 || start > values.length - length) {
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
        this.geometry = Geometry.of(channels, height, width, images, layout);
        this.start = start;
        this.values = values;
        clearBorders();
    }

    /** Values that maps of this shape take, zeros around them included. */
    public static int length(int channels, int height, int width, int images, Layout layout) {
        return Math.toIntExact(Geometry.of(channels, height, width, images, layout).length);
    }

    /** The first index from {@code index} on that lies as {@link #ALIGNED_START} does. */
    public static int alignedStart(int index) {
        return ALIGNED_START + lines(index - ALIGNED_START) * LINE;
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

    public Layout layout() {
        return geometry.layout;
    }

    int rowStride() {
        return geometry.rowStride;
    }

    int channelStride() {
        return geometry.channelStride;
    }

    /** Whether each row of an image is followed by a zero. */
    boolean bordered() {
        return geometry.bordered;
    }

    /** Distance of a value from the same one of the next image. */
    int imageStride() {
        return geometry.imageStride;
    }

    /** Whether a pixel is a line of all images' values, beside the one of the next column. */
    boolean hasAdjacentLines() {
        return columnStride(1) == INTERLEAVED_IMAGES;
    }

    /**
     * Distance of every {@code step}-th column from the next.
     *
     * @throws IllegalStateException if some are further apart than others
     */
    int columnStride(int step) {
        if (layout() == Layout.COLUMNS_APART && step % 2 != 0) {
            throw new IllegalStateException(
                    "step was '" + step + "' but must be even where columns lie apart");
        }
        return column(step);
    }

    /**
     * Distance of a column from the first one; the ones to the left and right of the image are
     * zeros.
     */
    int column(int column) {
        if (layout() != Layout.COLUMNS_APART) {
            return column * geometry.columnStride;
        }
        int odd = Math.floorMod(column, 2);
        return (Math.floorDiv(column, 2) + odd * (evenColumns() + 1)) * geometry.columnStride;
    }

    private int evenColumns() {
        return (width + 1) / 2;
    }

    /** Positions of a channel from its first pixel to the end of the line of its last. */
    int positions() {
        return lines(height * geometry.rowStride) * LINE;
    }

    /** Index of the first pixel of a channel. */
    int origin(int channel) {
        return start + geometry.gap + channel * geometry.channelStride;
    }

    /** Index of a pixel in {@link #values}. */
    int index(int channel, int image, int row, int column) {
        return origin(channel)
                + row * geometry.rowStride
                + image * geometry.imageStride
                + column(column);
    }

    /**
     * Copies images in.
     *
     * @param input NCHW {@code (…, channels, height, width)}
     * @param first the first image to copy; as many as the maps hold are
     */
    public void load(float[] input, int first) {
        load(input, first, images);
    }

    /** The same for {@code count} images; the others stay what they are. */
    public void load(float[] input, int first, int count) {
        int read = first * channels * height * width;
        for (int image = 0; image < count; image++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int row = 0; row < height; row++) {
                    put(input, read, channel, image, row);
                    read += width;
                }
            }
        }
        clearBorders();
    }

    /**
     * Copies all images out.
     *
     * @param output NCHW {@code (…, channels, height, width)}
     * @param first where the first image goes
     */
    public void store(float[] output, int first) {
        store(images, output, first);
    }

    /** The same of the first {@code count} images. */
    public void store(int count, float[] output, int first) {
        int written = first * channels * height * width;
        for (int image = 0; image < count; image++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int row = 0; row < height; row++) {
                    int from = index(channel, image, row, 0);
                    for (int column = 0; column < width; column++) {
                        output[written + column] = values[from + column(column)];
                    }
                    written += width;
                }
            }
        }
    }

    /** Copies a row of an image in. */
    private void put(float[] source, int from, int channel, int image, int row) {
        int to = index(channel, image, row, 0);
        if (geometry.columnStride == 1) {
            System.arraycopy(source, from, values, to, width);
            return;
        }
        if (layout() == Layout.INTERLEAVED) {
            toLane(source, from, values, to, width);
            return;
        }
        for (int column = 0; column < width; column++) {
            values[to + column(column)] = source[from + column];
        }
    }

    private static void toLane(float[] source, int from, float[] lines, int lane, int width) {
        for (int column = 0; column < width; column++) {
            lines[lane + column * INTERLEAVED_IMAGES] = source[from + column];
        }
    }

    /**
     * Copies the only image of other maps, which lie side by side, to those that are here.
     *
     * @param image which of these maps' images it becomes; after the last one the borders are clear
     */
    public void join(FeatureMaps single, int image) {
        for (int channel = 0; channel < channels; channel++) {
            for (int row = 0; row < height; row++) {
                put(single.values, single.index(channel, 0, row, 0), channel, image, row);
            }
        }
        if (image == images - 1) {
            clearBorders();
        }
    }

    /** Copies all of other maps, which have the same shape, number of images and layout. */
    public void copy(FeatureMaps source) {
        if (!source.geometry.equals(geometry)) {
            throw new IllegalArgumentException(
                    "maps to copy were laid out as "
                            + source.geometry
                            + " but must be as "
                            + geometry);
        }
        System.arraycopy(
                source.values, source.start, values, start, Math.toIntExact(geometry.length));
    }

    /**
     * Copies the only image of each of some maps, which lie side by side, into the lanes.
     *
     * @param singles one for each image
     * @param count how many of them to copy; the other lanes stay what they are
     */
    public void interleave(FeatureMaps[] singles, int count) {
        // In the order in which the images lie, so that their lines are fetched ahead.
        for (int channel = 0; channel < channels; channel++) {
            for (int row = 0; row < height; row++) {
                for (int image = 0; image < count; image++) {
                    FeatureMaps single = singles[image];
                    put(single.values, single.index(channel, 0, row, 0), channel, image, row);
                }
            }
        }
        clearBorders();
    }

    /**
     * Copies images of other maps of the same channels, height and width, both side by side.
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
     * #positions}; of maps side by side.
     */
    float[] pixelMask() {
        float[] mask = new float[positions()];
        for (int row = 0; row < height; row++) {
            for (int image = 0; image < images; image++) {
                int from = row * geometry.rowStride + image * geometry.imageStride;
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
        if (geometry.layout.interleaves()) {
            for (int row = 0; row < height; row++) {
                clearBesides(row, from, to);
            }
            return;
        }
        if (from == 0) {
            Arrays.fill(values, start, start + geometry.gap, 0);
        }
        for (int channel = from; channel < to; channel++) {
            clearZeros(origin(channel));
        }
        if (to == channels) {
            int end = start + geometry.gap + channels * geometry.channelStride;
            Arrays.fill(values, end, end + geometry.gap + LINE, 0);
        }
    }

    /**
     * Makes what lies beside a row's pixels zero again, in interleaved maps, for channels from
     * {@code from} to below {@code to}.
     */
    void clearBesides(int row, int from, int to) {
        if (row == 0 && from == 0) {
            Arrays.fill(values, start, start + geometry.gap, 0);
        }
        int shift = row * geometry.rowStride;
        for (int channel = from; channel < to; channel++) {
            // The last channel's reach to the next row, whose first column they are left of.
            int end =
                    channel == channels - 1
                            ? origin(0) + geometry.rowStride
                            : origin(channel) + geometry.channelStride;
            int used = width;
            if (layout() == Layout.COLUMNS_APART) {
                int between = origin(channel) + evenColumns() * INTERLEAVED_IMAGES + shift;
                Arrays.fill(values, between, between + INTERLEAVED_IMAGES, 0);
                used++;
            }
            Arrays.fill(
                    values, origin(channel) + used * INTERLEAVED_IMAGES + shift, end + shift, 0);
        }
    }

    private void clearZeros(int origin) {
        int end = origin + height * geometry.rowStride;
        if (bordered()) {
            for (int column = origin + width; column < end; column += geometry.imageStride) {
                values[column] = 0;
            }
        }
        Arrays.fill(values, end, origin + geometry.channelStride, 0);
    }

    /**
     * Distances between values.
     *
     * @param gap from the start of the maps to their first pixel
     * @param channelStride an odd number of lines, so that channels spread over all sets of a cache
     * @param length of all maps and what lies around them
     */
    private record Geometry(
            Layout layout,
            int columnStride,
            int imageStride,
            int rowStride,
            int gap,
            int channelStride,
            boolean bordered,
            long length) {
        static Geometry of(int channels, int height, int width, int images, Layout layout) {
            return layout.interleaves()
                    ? interleaved(channels, height, width, images, layout)
                    : sideBySide(channels, height, width, images);
        }

        private static Geometry sideBySide(int channels, int height, int width, int images) {
            int rows = Math.multiplyExact(height, images);
            int bordered = lines(Math.multiplyExact(rows, width + 1));
            int touching = lines(rows * width);
            boolean takeBorders = bordered <= BORDER_LIMIT * touching;
            int imageStride = takeBorders ? width + 1 : width;
            int rowStride = images * imageStride;
            int gap = lines(rowStride + 1) * LINE;
            int channelStride = (lines(height * rowStride) + gap / LINE | 1) * LINE;
            return new Geometry(
                    Layout.SIDE_BY_SIDE,
                    1,
                    imageStride,
                    rowStride,
                    gap,
                    channelStride,
                    takeBorders,
                    (long) channels * channelStride + 2L * gap + LINE);
        }

        private static Geometry interleaved(
                int channels, int height, int width, int images, Layout layout) {
            if (images != INTERLEAVED_IMAGES) {
                throw new IllegalArgumentException(
                        "images was '"
                                + images
                                + "' but "
                                + INTERLEAVED_IMAGES
                                + " are interleaved");
            }
            int channelStride = (width + 1 | 1) * INTERLEAVED_IMAGES;
            int rowStride =
                    (Math.multiplyExact(channels, channelStride / INTERLEAVED_IMAGES) | 1)
                            * INTERLEAVED_IMAGES;
            return new Geometry(
                    layout,
                    INTERLEAVED_IMAGES,
                    1,
                    rowStride,
                    INTERLEAVED_IMAGES,
                    channelStride,
                    true,
                    (long) height * rowStride + 2L * INTERLEAVED_IMAGES);
        }
    }
}
