package io.psconv.model.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of images that a network is recorded for, and how a batch of any number is made up of
 * them.
 *
 * <p>Powers of two, and the largest batch. A batch takes the next larger bucket as long as what
 * that computes in vain is little, {@value #SPARE_IMAGES} images or a quarter, since a launch of
 * its own costs more; otherwise the next smaller one, and the rest likewise.
 *
 * @param sizes by rising number of images
 */
record BatchBuckets(List<Integer> sizes) {
    private static final int SPARE_IMAGES = 32;

    public BatchBuckets {
        sizes = List.copyOf(sizes);
    }

    /** Buckets for batches of up to so many images, at least 1. */
    static BatchBuckets upTo(int maxBatch) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size < maxBatch; size *= 2) {
            sizes.add(size);
        }
        sizes.add(maxBatch);
        return new BatchBuckets(sizes);
    }

    /** Images of the largest bucket. */
    int largest() {
        return sizes.get(sizes.size() - 1);
    }

    /**
     * The bucket to begin a batch with.
     *
     * @param images of the batch, 1 to {@link #largest}
     * @return its index; it takes as many of the images as it has places
     */
    int first(int images) {
        int next = 0;
        while (sizes.get(next) < images) {
            next++;
        }
        int spare = sizes.get(next) - images;
        return spare <= Math.max(SPARE_IMAGES, images / 4) ? next : next - 1;
    }
}
