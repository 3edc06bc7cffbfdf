package io.psconv.model.training;

/**
 * Which images a step sees: every epoch a new order of all, cut into batches of one size.
 *
 * <p>What does not fill a last batch is left out; in another epoch it is something else. Not
 * thread-safe.
 */
final class BatchSampler {
    private final int images;
    private final int batch;
    private final long seed;
    private final int[] order;
    private int orderedEpoch = -1;

    /**
     * Fits batches to a data set.
     *
     * @param images there are
     * @param wanted images of a batch; where there are fewer, the largest batch that fits is taken
     * @param multiple that the engine's batches must be of
     * @throws IllegalArgumentException if {@code wanted} is no such multiple, or not even one fits
     */
    BatchSampler(int images, int wanted, int multiple, long seed) {
        if (wanted % multiple != 0) {
            throw new IllegalArgumentException(
                    "batch was '"
                            + wanted
                            + "' but this engine trains multiples of "
                            + multiple
                            + "; choose "
                            + Math.max(1, wanted / multiple) * multiple);
        }
        int least = Math.max(2, multiple);
        if (images < least) {
            throw new IllegalArgumentException(
                    "the training set has '"
                            + images
                            + "' images but one batch of this engine takes at least "
                            + least
                            + "; add images");
        }
        this.images = images;
        this.batch = Math.min(wanted, images / multiple * multiple);
        this.seed = seed;
        this.order = new int[images];
    }

    /** Images of every batch. */
    int batch() {
        return batch;
    }

    /** Batches of an epoch. */
    int steps() {
        return images / batch;
    }

    /**
     * The image at a place of a batch.
     *
     * @param epoch from 0
     * @param step of the epoch, from 0
     * @param place in the batch, from 0
     */
    int image(int epoch, int step, int place) {
        if (epoch != orderedEpoch) {
            shuffle(epoch);
            orderedEpoch = epoch;
        }
        return order[step * batch + place];
    }

    /** Fisher and Yates' shuffle, from the natural order. */
    private void shuffle(int epoch) {
        for (int index = 0; index < images; index++) {
            int other = SeededMixing.below(index + 1, SeededMixing.bits(seed, epoch, index));
            order[index] = order[other];
            order[other] = index;
        }
    }
}
