package io.psconv.operator.classify;

import io.psconv.operator.record.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Frames whose event time is ahead of what is decided, in order of arrival. A camera's frames never
 * overtake one another, so those behind a waiting one wait too. Not thread-safe.
 */
final class WaitingRoom {
    /** What a frame holds beside its payload, roughly. */
    private static final int FRAME_BYTES = 256;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<String, Integer> ofCamera = new HashMap<>();
    private long bytes;
    private long bytesAhead;

    /**
     * A frame that waits.
     *
     * @param arrivalNanos {@link System#nanoTime} when it came
     * @param aheadOfClock whether its capture time was in the future then
     * @param refused whether it is to be rejected once no earlier frame of its camera waits
     */
    record Waiting(Frame frame, long arrivalNanos, boolean aheadOfClock, boolean refused) {
        Waiting(Frame frame, long arrivalNanos, boolean aheadOfClock) {
            this(frame, arrivalNanos, aheadOfClock, false);
        }

        boolean mustWait(long decidedMillis) {
            return !refused && frame.timestampMillis() > decidedMillis;
        }

        long bytes() {
            return (long) FRAME_BYTES + frame.payloadLength();
        }
    }

    /** Whether a frame of the camera waits, which its later ones must not overtake. */
    boolean holds(String camera) {
        return ofCamera.containsKey(camera);
    }

    /** Whether a frame has to wait, given up to when everything is decided. */
    boolean mustWait(Frame frame, long decidedMillis) {
        return frame.timestampMillis() > decidedMillis || ofCamera.containsKey(frame.camera());
    }

    void add(Waiting frame) {
        waiting.add(frame);
        ofCamera.merge(frame.frame().camera(), 1, Integer::sum);
        bytes += frame.bytes();
        bytesAhead += frame.aheadOfClock() ? frame.bytes() : 0;
    }

    /** Takes out the frames that need not wait any more, in order. */
    List<Waiting> release(long decidedMillis) {
        List<Waiting> released = new ArrayList<>();
        Set<String> blocked = new HashSet<>();
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            String camera = next.frame().camera();
            if (next.mustWait(decidedMillis) || blocked.contains(camera)) {
                blocked.add(camera);
                continue;
            }
            all.remove();
            released.add(next);
            ofCamera.compute(
                    camera, (name, count) -> count == null || count == 1 ? null : count - 1);
            bytes -= next.bytes();
            bytesAhead -= next.aheadOfClock() ? next.bytes() : 0;
        }
        return released;
    }

    /** Earliest event time of those that wait; the largest there is if none does. */
    long earliestMillis() {
        long earliest = Long.MAX_VALUE;
        for (Waiting next : waiting) {
            earliest =
                    next.refused() ? earliest : Math.min(earliest, next.frame().timestampMillis());
        }
        return earliest;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    /** Bytes of those that came with a capture time in the future. */
    long bytesAheadOfClock() {
        return bytesAhead;
    }

    /** What to checkpoint, in order. */
    List<Frame> frames() {
        return waiting.stream().map(Waiting::frame).toList();
    }
}
