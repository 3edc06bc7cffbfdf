package io.psconv.bench.report;

/**
 * Quantiles of latencies in milliseconds, from the scheduled arrival.
 *
 * @param p999 of 99.9 %
 */
public record LatencyMillis(double p50, double p95, double p99, double p999) {
    /**
     * @throws IllegalArgumentException if one is negative, not finite, or below a lower quantile
     */
    public LatencyMillis {
        Require.atLeast("p50", p50, 0);
        Require.atLeast("p95", p95, 0);
        Require.atLeast("p99", p99, 0);
        Require.atLeast("p999", p999, 0);
        Require.ordered("p50", p50, "p95", p95);
        Require.ordered("p95", p95, "p99", p99);
        Require.ordered("p99", p99, "p999", p999);
    }
}
