package io.psconv.bench.report;

/** How long checkpoints took, in milliseconds. */
public record CheckpointMillis(double p50, double max) {
    /**
     * @throws IllegalArgumentException if one is negative or the median is the larger
     */
    public CheckpointMillis {
        Require.atLeast("p50", p50, 0);
        Require.atLeast("max", max, 0);
        Require.ordered("p50", p50, "max", max);
    }
}
