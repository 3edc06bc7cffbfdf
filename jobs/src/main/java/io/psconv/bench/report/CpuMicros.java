package io.psconv.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * CPU time a frame, in microseconds, by what it went into; null of what could not be measured.
 *
 * <p>Each is a median of its own, so parts need not add up to {@code total} to the last digit.
 *
 * @param kafka reading and writing records within the job
 * @param other Flink, the JVM and all else within the job
 */
public record CpuMicros(
        @Nullable Double network,
        @Nullable Double decode,
        @Nullable Double kafka,
        @Nullable Double other,
        @Nullable Double total) {
    /**
     * @throws IllegalArgumentException if one is negative or not finite
     */
    public CpuMicros {
        Require.atLeastIfKnown("network", network, 0);
        Require.atLeastIfKnown("decode", decode, 0);
        Require.atLeastIfKnown("kafka", kafka, 0);
        Require.atLeastIfKnown("other", other, 0);
        Require.atLeastIfKnown("total", total, 0);
    }

    /** What the pipeline costs on top of the network; null if a part of it is not known. */
    @Nullable Double beyondNetwork() {
        return decode == null || kafka == null || other == null
                ? null
                : (Double) (decode + kafka + other);
    }

    /** Whether every part is known. */
    boolean isKnown() {
        return network != null && beyondNetwork() != null && total != null;
    }
}
