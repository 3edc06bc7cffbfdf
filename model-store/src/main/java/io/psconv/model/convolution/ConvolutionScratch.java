package io.psconv.model.convolution;

/**
 * Memory in which convolutions rearrange their input and keep their sums for a moment.
 *
 * <p>Shared by convolutions that never run at the same time; grows while they are planned, never
 * after.
 */
public final class ConvolutionScratch {
    /** Sums of the largest register tile, in values. */
    private static final int SUMS = 24 * FeatureMaps.LINE;

    /**
     * Least values of an array that starts at a cache line as {@link FeatureMaps#ALIGNED_START}
     * wants it: half of a collector's region of 2 MiB, from which on an array has its own.
     */
    private static final int ALIGNED_LENGTH = 256 * 1024;

    private final float[][] sums;
    private float[] panel = new float[0];
    private float[] upstream = new float[0];

    /** Scratch memory for convolutions that up to {@code threads} threads work on together. */
    public ConvolutionScratch(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads was '" + threads + "' but it must be at least 1");
        }
        // Apart by some cache lines, since each belongs to another thread.
        sums = new float[threads][FeatureMaps.ALIGNED_START + SUMS + 4 * FeatureMaps.LINE];
    }

    /** An array of at least so many values, long enough to start at a cache line. */
    public static float[] aligned(int length) {
        return new float[Math.max(length, ALIGNED_LENGTH)];
    }

    void requirePanel(int length) {
        if (panel.length < length) {
            panel = aligned(length);
        }
    }

    float[] panel() {
        return panel;
    }

    float[] sums(int part) {
        return sums[part];
    }

    void requireUpstream(int length) {
        if (upstream.length < length) {
            upstream = aligned(length);
        }
    }

    /** Where an upstream gradient's values are put together for a weight gradient's tiles. */
    float[] upstream() {
        return upstream;
    }
}
