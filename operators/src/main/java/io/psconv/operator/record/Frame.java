package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * One camera frame as it came from Kafka, not decoded yet.
 *
 * @param id where the frame stands in Kafka
 * @param camera the record's key; empty if it had none
 * @param timestampMillis capture time, milliseconds since 1970 UTC
 * @param contentType value of the {@code content-type} header, or null; needed only for raw pixels
 * @param payload the record's value, or null if it had none; not to be modified
 * @param replay what it is sent again for, or null if it is not
 */
public record Frame(
        FrameId id,
        String camera,
        long timestampMillis,
        @Nullable String contentType,
        byte @Nullable [] payload,
        @Nullable FrameReplay replay) {
    /** A frame that comes for the first time. */
    public Frame(
            FrameId id,
            String camera,
            long timestampMillis,
            @Nullable String contentType,
            byte @Nullable [] payload) {
        this(id, camera, timestampMillis, contentType, payload, null);
    }

    /** Bytes of the payload, 0 without one. */
    public int payloadLength() {
        return payload == null ? 0 : payload.length;
    }
}
