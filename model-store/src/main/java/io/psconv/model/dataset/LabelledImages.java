package io.psconv.model.dataset;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import java.util.Arrays;
import java.util.List;

/**
 * Images of one shape with their classes, held as the bytes they were decoded to.
 *
 * <p>Immutable, and safe to share between threads.
 */
public final class LabelledImages {
    /** The label of an image whose class is not known. */
    public static final int UNLABELLED = -1;

    private final FeatureShape shape;
    private final List<String> classes;
    private final byte[] pixels;
    private final int[] labels;

    /**
     * Wraps images.
     *
     * @param shape of each image
     * @param classes names by label
     * @param pixels NCHW {@code (count, channels, height, width)}, unsigned; kept, not to be
     *     modified
     * @param labels index into {@code classes} or {@link #UNLABELLED}, by image; kept, not to be
     *     modified
     * @throws IllegalArgumentException if lengths disagree or a label names no class
     */
    public LabelledImages(FeatureShape shape, List<String> classes, byte[] pixels, int[] labels) {
        this.shape = shape;
        this.classes = List.copyOf(classes);
        this.pixels = pixels;
        this.labels = labels;
        if (pixels.length != (long) labels.length * shape.length()) {
            throw new IllegalArgumentException(
                    "pixels were '"
                            + pixels.length
                            + "' bytes but "
                            + labels.length
                            + " images of "
                            + shape
                            + " take "
                            + (long) labels.length * shape.length());
        }
        for (int index = 0; index < labels.length; index++) {
            if (labels[index] < UNLABELLED || labels[index] >= classes.size()) {
                throw new IllegalArgumentException(
                        "label of image "
                                + index
                                + " was '"
                                + labels[index]
                                + "' but there are "
                                + classes.size()
                                + " classes, counted from 0");
            }
        }
    }

    /** Number of images. */
    public int count() {
        return labels.length;
    }

    /** Shape of each image. */
    public FeatureShape shape() {
        return shape;
    }

    /** Class names by label. */
    public List<String> classes() {
        return classes;
    }

    /** Class of an image, or {@link #UNLABELLED}. */
    public int label(int index) {
        return labels[index];
    }

    /** A copy of an image's pixels, CHW, unsigned. */
    public byte[] pixels(int index) {
        int from = start(index);
        return Arrays.copyOfRange(pixels, from, from + shape.length());
    }

    /** Copies an image's pixels, CHW, unsigned, into {@code target} from {@code offset} on. */
    public void copyPixels(int index, byte[] target, int offset) {
        System.arraycopy(pixels, start(index), target, offset, shape.length());
    }

    /**
     * Writes an image as network input into {@code target} from {@code offset} on, CHW.
     *
     * @param tables input by pixel value for each channel, as {@link #tables} gives
     */
    public void copyInput(int index, float[][] tables, float[] target, int offset) {
        int from = start(index);
        int plane = shape.height() * shape.width();
        for (int channel = 0; channel < shape.channels(); channel++) {
            float[] table = tables[channel];
            int source = from + channel * plane;
            int written = offset + channel * plane;
            for (int pixel = 0; pixel < plane; pixel++) {
                target[written + pixel] = table[pixels[source + pixel] & 0xff];
            }
        }
    }

    /**
     * Writes an image as {@link #copyInput} does, but moved within its frame; what comes in from
     * outside has pixel value 0.
     *
     * @param down rows that the content moves downwards, negative for upwards
     * @param right columns that it moves to the right, negative for to the left
     * @param mirrored whether left and right change places, before the move
     */
    public void copyMoved(
            int index,
            int down,
            int right,
            boolean mirrored,
            float[][] tables,
            float[] target,
            int offset) {
        int from = start(index);
        int height = shape.height();
        int width = shape.width();
        int firstColumn = Math.min(width, Math.max(0, right));
        int endColumn = Math.max(firstColumn, Math.min(width, width + right));
        for (int channel = 0; channel < shape.channels(); channel++) {
            float[] table = tables[channel];
            float black = table[0];
            for (int row = 0; row < height; row++) {
                int written = offset + (channel * height + row) * width;
                int sourceRow = row - down;
                if (sourceRow < 0 || sourceRow >= height) {
                    Arrays.fill(target, written, written + width, black);
                    continue;
                }
                int source = from + (channel * height + sourceRow) * width;
                Arrays.fill(target, written, written + firstColumn, black);
                Arrays.fill(target, written + endColumn, written + width, black);
                int first = mirrored ? source + width - 1 + right : source - right;
                int direction = mirrored ? -1 : 1;
                for (int column = firstColumn; column < endColumn; column++) {
                    target[written + column] = table[pixels[first + direction * column] & 0xff];
                }
            }
        }
    }

    /**
     * The tables that {@link #copyInput} takes.
     *
     * @throws IllegalArgumentException if the normalisation is for another number of channels
     */
    public float[][] tables(Normalisation normalisation) {
        if (normalisation.mean().size() != shape.channels()) {
            throw new IllegalArgumentException(
                    "normalisation was for '"
                            + normalisation.mean().size()
                            + "' channels but the images have "
                            + shape.channels());
        }
        float[][] tables = new float[shape.channels()][];
        for (int channel = 0; channel < tables.length; channel++) {
            tables[channel] = normalisation.table(channel);
        }
        return tables;
    }

    /** The first images, at most {@code most}, as a set of their own. */
    public LabelledImages first(int most) {
        int taken = Math.min(most, count());
        if (taken == count()) {
            return this;
        }
        return new LabelledImages(
                shape,
                classes,
                Arrays.copyOf(pixels, taken * shape.length()),
                Arrays.copyOf(labels, taken));
    }

    /**
     * Some of the images, in the order given, as a set of their own.
     *
     * @param indexes of images, each from 0 to below {@link #count}
     */
    public LabelledImages subset(int[] indexes) {
        byte[] chosen = new byte[Math.multiplyExact(indexes.length, shape.length())];
        int[] chosenLabels = new int[indexes.length];
        for (int place = 0; place < indexes.length; place++) {
            copyPixels(indexes[place], chosen, place * shape.length());
            chosenLabels[place] = labels[indexes[place]];
        }
        return new LabelledImages(shape, classes, chosen, chosenLabels);
    }

    /**
     * The same images with their classes in another order.
     *
     * @param order the same class names
     * @throws IllegalArgumentException if a name is missing from {@code order}
     */
    public LabelledImages withClasses(List<String> order) {
        if (order.equals(classes)) {
            return this;
        }
        int[] numbers = classes.stream().mapToInt(order::indexOf).toArray();
        for (int label = 0; label < numbers.length; label++) {
            if (numbers[label] < 0) {
                throw new IllegalArgumentException(
                        "class '" + classes.get(label) + "' of the images is none of " + order);
            }
        }
        int[] renumbered = new int[labels.length];
        for (int index = 0; index < labels.length; index++) {
            renumbered[index] = labels[index] == UNLABELLED ? UNLABELLED : numbers[labels[index]];
        }
        return new LabelledImages(shape, order, pixels, renumbered);
    }

    private int start(int index) {
        if (index < 0 || index >= count()) {
            throw new IndexOutOfBoundsException(
                    "image was '" + index + "' but there are " + count() + ", counted from 0");
        }
        return index * shape.length();
    }
}
