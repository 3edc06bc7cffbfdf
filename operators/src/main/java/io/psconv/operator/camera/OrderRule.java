package io.psconv.operator.camera;

import io.psconv.operator.record.CameraClock;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.Observation;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts the frames of one camera in order of capture, by a watermark that is the camera's own.
 *
 * <p>The watermark is the latest capture time less {@code outOfOrderness}. Frames wait until it
 * reaches them; one before it is late. So it depends on nothing but the camera's frames as they
 * arrived, and a camera whose clock is fast, or that sends nothing, changes nothing for others.
 * Frames of one capture time are in order of their identity.
 *
 * @param outOfOrderness how far behind the newest frame a frame may come; zero: no frame waits
 * @param maxHeldFrames frames that wait at most; with more the oldest does not wait longer
 * @param clockResetAfter late frames in a row after which the camera's clock counts as set back, at
 *     least 2; zero: never
 */
public record OrderRule(Duration outOfOrderness, int maxHeldFrames, int clockResetAfter)
        implements Serializable {
    private static final Comparator<Observation> ORDER =
            Comparator.comparingLong(Observation::timestampMillis)
                    .thenComparing(
                            Observation::frame,
                            Comparator.comparing(FrameId::topic)
                                    .thenComparingInt(FrameId::partition)
                                    .thenComparingLong(FrameId::offset));

    public OrderRule {
        if (clockResetAfter < 0 || clockResetAfter == 1) {
            throw new IllegalArgumentException(
                    "camera.clock-reset-after was '"
                            + clockResetAfter
                            + "' but it must be at least 2, or 0 for never");
        }
    }

    /**
     * What a step of a camera's clock comes to.
     *
     * @param clock the clock after it
     * @param released frames whose turn has come, in order of capture
     */
    record Step(CameraClock clock, List<Observation> released) {}

    /** Takes a frame that is not late. */
    Step take(CameraClock clock, Observation frame) {
        List<Observation> held = new ArrayList<>(clock.held());
        held.add(place(held, frame), frame);
        long newest = Math.max(clock.newestMillis(), frame.timestampMillis());
        long watermark = Math.max(clock.watermarkMillis(), before(newest));
        int ready = Math.max(0, held.size() - maxHeldFrames);
        if (ready > 0) {
            watermark = Math.max(watermark, held.get(ready - 1).timestampMillis());
        }
        while (ready < held.size() && held.get(ready).timestampMillis() <= watermark) {
            ready++;
        }
        List<Observation> released = List.copyOf(held.subList(0, ready));
        return new Step(
                new CameraClock(newest, watermark, 0, held.subList(ready, held.size())), released);
    }

    /** Counts a late frame. */
    CameraClock late(CameraClock clock) {
        return new CameraClock(
                clock.newestMillis(),
                clock.watermarkMillis(),
                clock.lateInARow() + 1,
                clock.held());
    }

    /** Whether one more late frame means that the camera's clock was set back. */
    boolean setsBack(CameraClock clock) {
        return clockResetAfter > 0 && clock.lateInARow() + 1 >= clockResetAfter;
    }

    /** Lets all frames go on that wait; earlier ones are late from now on. */
    Step release(CameraClock clock) {
        return new Step(
                new CameraClock(
                        clock.newestMillis(), clock.newestMillis(), clock.lateInARow(), List.of()),
                clock.held());
    }

    private long before(long newest) {
        long earliest = Long.MIN_VALUE + outOfOrderness.toMillis();
        return newest < earliest ? Long.MIN_VALUE : newest - outOfOrderness.toMillis();
    }

    /** From the end: nearly all frames come in order. */
    private static int place(List<Observation> held, Observation frame) {
        int place = held.size();
        while (place > 0 && ORDER.compare(held.get(place - 1), frame) > 0) {
            place--;
        }
        return place;
    }
}
