package io.psconv.operator.metrics;

import java.time.Duration;

/**
 * Upper bounds of what histograms tell apart: 1, 2 and 5 of every power of ten. Few, since every
 * one is a series for each model; within one, a quantile is interpolated.
 */
final class Buckets {
    private static final long[] TIMES_MICROS = {
        100, 200, 500,
        1_000, 2_000, 5_000,
        10_000, 20_000, 50_000,
        100_000, 200_000, 500_000,
        1_000_000, 2_000_000, 5_000_000,
        10_000_000, 30_000_000, 60_000_000
    };
    private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
    private static final long NANOS_PER_MICRO = 1_000;

    private Buckets() {}

    /** From a tenth of a millisecond to a minute. */
    static Duration[] times() {
        Duration[] times = new Duration[TIMES_MICROS.length];
        for (int bucket = 0; bucket < times.length; bucket++) {
            times[bucket] = Duration.ofNanos(TIMES_MICROS[bucket] * NANOS_PER_MICRO);
        }
        return times;
    }

    /** Up to the largest that can be chosen. */
    static double[] batchSizes() {
        return BATCH_SIZES.clone();
    }
}
