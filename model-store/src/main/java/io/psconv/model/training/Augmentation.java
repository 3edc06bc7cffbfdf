package io.psconv.model.training;

import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.format.Normalisation;

/**
 * Turns images into network input, moved and mirrored at random.
 *
 * <p>An image is moved by up to an eighth of its side, 4 pixels of 32, each way in rows and
 * columns; what comes in from outside is black (pixel value 0). It is mirrored in every other
 * epoch, and half of the images begin with that, so that each pair of epochs shows both forms of
 * all. Which form, depends on seed, epoch and image alone. Safe to share between threads.
 */
final class Augmentation {
    private static final int MOST_SHIFT = 8;
    private static final long MIRROR_STREAM = -1;

    private final LabelledImages images;
    private final float[][] tables;
    private final boolean enabled;
    private final long seed;

    /**
     * Prepares the lookup from pixels to input.
     *
     * @param enabled false for images as they are
     */
    Augmentation(LabelledImages images, Normalisation normalisation, boolean enabled, long seed) {
        this.images = images;
        this.tables = images.tables(normalisation);
        this.enabled = enabled;
        this.seed = seed;
    }

    /**
     * Writes the form that an image has in an epoch.
     *
     * @param epoch from 0
     * @param target NCHW, normalised, overwritten from {@code offset} on
     */
    void write(int epoch, int image, float[] target, int offset) {
        if (!enabled) {
            images.copyInput(image, tables, target, offset);
            return;
        }
        int rows = images.shape().height() / MOST_SHIFT;
        int columns = images.shape().width() / MOST_SHIFT;
        long bits = SeededMixing.bits(seed, epoch, image);
        int down = SeededMixing.below(2 * rows + 1, bits) - rows;
        int right = SeededMixing.below(2 * columns + 1, bits << 32) - columns;
        long start = SeededMixing.bits(seed, MIRROR_STREAM, image);
        boolean mirrored = (start + epoch & 1) == 1;
        images.copyMoved(image, down, right, mirrored, tables, target, offset);
    }
}
