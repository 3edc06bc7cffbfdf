package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.io.IOException;
import java.util.List;

/** Collects images whose number is known beforehand, so that they are held once only. */
final class ImageSetBuilder {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private final FeatureShape shape;
    private final List<String> classes;
    private final byte[] pixels;
    private final int[] labels;
    private int added;

    ImageSetBuilder(FeatureShape shape, List<String> classes, long count) throws IOException {
        if (count < 1 || count > MAX_BYTES / shape.length()) {
            throw new IOException(
                    "the data set has '"
                            + count
                            + "' images of "
                            + shape
                            + " but between 1 and "
                            + MAX_BYTES / shape.length()
                            + " can be held; choose a part of it");
        }
        this.shape = shape;
        this.classes = classes;
        this.labels = new int[(int) count];
        this.pixels = new byte[(int) count * shape.length()];
    }

    /** Where the pixels of the next image go, in {@link #pixels}. */
    int nextOffset() {
        return added * shape.length();
    }

    byte[] pixels() {
        return pixels;
    }

    /** Ends an image whose pixels are in place. */
    void add(int label) {
        labels[added++] = label;
    }

    LabelledImages build() {
        return new LabelledImages(shape, classes, pixels, labels);
    }
}
