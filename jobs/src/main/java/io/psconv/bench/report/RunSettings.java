package io.psconv.bench.report;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a run measured.
 *
 * @param arrivals the schedule of frames: {@code constant}, {@code poisson} or {@code burst}
 * @param frames what was sent
 * @param warmUpSeconds before anything counts; null where unknown
 * @param latencyLoadShare share of the sustainable throughput at which latencies were taken
 * @param others further settings by name, shown and compared as they are
 */
public record RunSettings(
        String arrivals,
        String frames,
        int rounds,
        double secondsPerPoint,
        @Nullable Double warmUpSeconds,
        String deliveryGuarantee,
        long checkpointIntervalMillis,
        long seed,
        double latencyLoadShare,
        Map<String, String> others) {
    /**
     * @throws IllegalArgumentException if a figure is out of its range
     */
    public RunSettings {
        Require.text("arrivals", arrivals);
        Require.text("frames", frames);
        Require.atLeast("rounds", rounds, 1);
        Require.atLeast("secondsPerPoint", secondsPerPoint, 0);
        Require.atLeastIfKnown("warmUpSeconds", warmUpSeconds, 0);
        Require.text("deliveryGuarantee", deliveryGuarantee);
        Require.atLeast("checkpointIntervalMillis", checkpointIntervalMillis, 0);
        Require.between("latencyLoadShare", latencyLoadShare, 0, 1);
        others = Collections.unmodifiableMap(new TreeMap<>(others));
    }
}
