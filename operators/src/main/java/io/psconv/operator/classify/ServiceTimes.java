package io.psconv.operator.classify;

/**
 * How long a model takes for a batch, learnt from those it has classified: a moving average for
 * each power of two of images. Not thread-safe.
 */
final class ServiceTimes {
    /** Weight of the newest measurement: settles within some ten batches, evens out single ones. */
    private static final double NEWEST = 0.2;

    private final double[] nanos;

    ServiceTimes(int maxBatch) {
        nanos = new double[bucket(maxBatch) + 1];
    }

    /** Takes a measurement; not of a warm-up, which is slower. */
    void record(int images, long measuredNanos) {
        int bucket = bucket(images);
        nanos[bucket] =
                nanos[bucket] == 0
                        ? measuredNanos
                        : nanos[bucket] + NEWEST * (measuredNanos - nanos[bucket]);
    }

    /**
     * What a batch will take: by the nearest larger batches known, otherwise in proportion to the
     * nearest smaller; 0 while nothing is known.
     */
    long estimate(int images) {
        int bucket = bucket(images);
        for (int larger = bucket; larger < nanos.length; larger++) {
            if (nanos[larger] > 0) {
                return (long) nanos[larger];
            }
        }
        for (int smaller = bucket - 1; smaller >= 0; smaller--) {
            if (nanos[smaller] > 0) {
                return (long) Math.scalb(nanos[smaller], bucket - smaller);
            }
        }
        return 0;
    }

    /** Which power of two holds so many images. */
    private static int bucket(int images) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, images - 1));
    }
}
