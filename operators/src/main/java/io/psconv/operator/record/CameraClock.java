package io.psconv.operator.record;

import java.util.List;

/**
 * How far a camera's own time has come, whatever other cameras' clocks say.
 *
 * @param newestMillis latest capture time so far
 * @param watermarkMillis capture time before which a frame is late
 * @param lateInARow late frames since the last one that was not
 * @param held frames that wait for earlier ones, in order of capture
 */
public record CameraClock(
        long newestMillis, long watermarkMillis, int lateInARow, List<Observation> held) {
    /** Of a camera that has sent nothing. */
    public static final CameraClock UNSET =
            new CameraClock(Long.MIN_VALUE, Long.MIN_VALUE, 0, List.of());

    public CameraClock {
        held = List.copyOf(held);
    }

    /** Whether a frame of that capture time comes too late to be put in order. */
    public boolean isLate(long timestampMillis) {
        return timestampMillis < watermarkMillis;
    }

    /** Whether a frame of that capture time comes behind a later one. */
    public boolean isOutOfOrder(long timestampMillis) {
        return timestampMillis < newestMillis;
    }
}
