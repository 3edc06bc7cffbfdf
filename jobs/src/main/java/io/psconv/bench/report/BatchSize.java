package io.psconv.bench.report;

/** Frames that a network was given at once. */
public record BatchSize(double mean, int max) {
    /**
     * @throws IllegalArgumentException if one is negative or the mean is the larger
     */
    public BatchSize {
        Require.atLeast("mean", mean, 0);
        Require.atLeast("max", max, 0);
        Require.ordered("mean", mean, "max", max);
    }
}
