package io.psconv.model.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of images that a network is recorded for, and how a batch of any number is made up of
 * them.
 *
 * <p>Powers of two, and the largest batch where that is no more than {@value #MOST_IMAGES}. A batch
 * of {@value #SPLIT_IMAGES} or more is cut into parts, so that images of the next part travel while
 * one is computed: at PCIe's 25 GB/s and a host that copies 10 GB/s, 256 CIFAR images are some 0.45
 * ms on their way, as against the 2.6 ms that 100,000 images a second leave for them. What is left
 * takes the next larger bucket as long as what that computes in vain is little, {@value
 * #SPARE_IMAGES} images or a quarter, since a launch of its own costs more; otherwise the next
 * smaller one, and the rest likewise. These sizes are reckoned, not measured.
 *
 * @param sizes by rising number of images
 */
record BatchBuckets(List<Integer> sizes) {
    private static final int SPARE_IMAGES = 32;

    /** From here on a batch is cut. */
    private static final int SPLIT_IMAGES = 256;

    /** Of one part: enough to fill a device, and memory for no more. */
    private static final int MOST_IMAGES = 256;

    public BatchBuckets {
        sizes = List.copyOf(sizes);
    }

    /** Buckets for batches of up to so many images, at least 1. */
    static BatchBuckets upTo(int maxBatch) {
        int largest = Math.min(maxBatch, MOST_IMAGES);
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size < largest; size *= 2) {
            sizes.add(size);
        }
        sizes.add(largest);
        return new BatchBuckets(sizes);
    }

    /** Images of the largest bucket. */
    int largest() {
        return sizes.get(sizes.size() - 1);
    }

    /**
     * The bucket to begin a batch with.
     *
     * @param images of the batch, at least 1, at most what the buckets are for
     * @return its index; it takes as many of the images as it has places
     */
    int first(int images) {
        if (images >= SPLIT_IMAGES) {
            return largestOf(images / 2);
        }
        int next = 0;
        while (sizes.get(next) < images) {
            next++;
        }
        int spare = sizes.get(next) - images;
        return spare <= Math.max(SPARE_IMAGES, images / 4) ? next : next - 1;
    }

    /** The largest bucket of no more than so many images. */
    private int largestOf(int images) {
        int index = sizes.size() - 1;
        while (sizes.get(index) > images) {
            index--;
        }
        return index;
    }
}
