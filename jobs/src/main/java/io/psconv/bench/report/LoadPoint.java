package io.psconv.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * One load that a cell was put under.
 *
 * @param sustained whether the backlog did not grow
 * @param latencyMillis null if no frame came through
 */
public record LoadPoint(
        double offeredFramesPerSecond,
        double achievedFramesPerSecond,
        boolean sustained,
        @Nullable LatencyMillis latencyMillis) {
    /**
     * @throws IllegalArgumentException if a load is negative or not finite
     */
    public LoadPoint {
        Require.atLeast("offeredFramesPerSecond", offeredFramesPerSecond, 0);
        Require.atLeast("achievedFramesPerSecond", achievedFramesPerSecond, 0);
    }
}
