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

    private int start(int index) {
        if (index < 0 || index >= count()) {
            throw new IndexOutOfBoundsException(
                    "image was '" + index + "' but there are " + count() + ", counted from 0");
        }
        return index * shape.length();
    }
}
