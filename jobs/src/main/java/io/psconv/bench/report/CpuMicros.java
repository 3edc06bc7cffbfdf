package io.psconv.bench.report;

/**
 * CPU time a frame, in microseconds, by what it went into.
 *
 * <p>Each is a median of its own, so parts need not add up to {@code total} to the last digit.
 *
 * @param kafka reading and writing records within the job
 * @param other Flink, the JVM and all else within the job
 */
public record CpuMicros(double network, double decode, double kafka, double other, double total) {
    /**
     * @throws IllegalArgumentException if one is negative or not finite
     */
    public CpuMicros {
        Require.atLeast("network", network, 0);
        Require.atLeast("decode", decode, 0);
        Require.atLeast("kafka", kafka, 0);
        Require.atLeast("other", other, 0);
        Require.atLeast("total", total, 0);
    }

    /** What the pipeline costs on top of the network. */
    double beyondNetwork() {
        return decode + kafka + other;
    }
}
