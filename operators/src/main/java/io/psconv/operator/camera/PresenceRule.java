package io.psconv.operator.camera;

import io.psconv.operator.record.CameraPresence;
import java.io.Serializable;
import java.time.Duration;

/**
 * When a camera is silent, and when nothing is kept of it any more, both by the machine's clock.
 *
 * <p>A gone camera's own time stands still, and others' time says nothing about it: so the time
 * that state lives is not event time. The time that the job itself was down does not count.
 *
 * @param silentAfter without frames; zero: never
 * @param forgetAfter without frames, longer than {@code silentAfter}
 */
public record PresenceRule(Duration silentAfter, Duration forgetAfter) implements Serializable {
    public PresenceRule {
        if (forgetAfter.compareTo(silentAfter) <= 0) {
            throw new IllegalArgumentException(
                    "camera.forget-after was '"
                            + forgetAfter.toMillis()
                            + " ms' but it must be longer than camera.silent-after of "
                            + silentAfter.toMillis()
                            + " ms");
        }
    }

    /** When to look whether a camera that was heard of at a time is silent or gone. */
    long nextCheck(long heardMillis, boolean silent) {
        boolean toForget = silent || silentAfter.isZero();
        return heardMillis + (toForget ? forgetAfter : silentAfter).toMillis();
    }

    /**
     * Whether a camera is silent that was not.
     *
     * @param heardMillis when it, or the job, was last there
     */
    boolean fellSilent(CameraPresence presence, long heardMillis, long nowMillis) {
        return !presence.silent()
                && !silentAfter.isZero()
                && nowMillis >= heardMillis + silentAfter.toMillis();
    }

    boolean isGone(long heardMillis, long nowMillis) {
        return nowMillis >= heardMillis + forgetAfter.toMillis();
    }
}
