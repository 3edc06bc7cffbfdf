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

    private final float[][] sums;
    private float[] panel = new float[0];

    /** Scratch memory for convolutions that up to {@code threads} threads work on together. */
    public ConvolutionScratch(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads was '" + threads + "' but it must be at least 1");
        }
        // Apart by some cache lines, since each belongs to another thread.
        sums = new float[threads][FeatureMaps.ALIGNED_START + SUMS + 4 * FeatureMaps.LINE];
    }

    void requirePanel(int length) {
        if (panel.length < length) {
            panel = new float[length];
        }
    }

    float[] panel() {
        return panel;
    }

    float[] sums(int part) {
        return sums[part];
    }
}
