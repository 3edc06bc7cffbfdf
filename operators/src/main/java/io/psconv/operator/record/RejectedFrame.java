package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * A frame that was not classified, with the reason and as much of the original as fits.
 *
 * @param frame the rejected frame
 * @param camera the frame's camera
 * @param timestampMillis the frame's capture time, milliseconds since 1970 UTC
 * @param reason kind of the fault
 * @param message what was wrong, the value, the rule, what to do
 * @param payloadLength bytes of the original
 * @param payloadDigest SHA-256 of the original, 64 lower-case hexadecimal digits
 * @param payload the original, or null if there was none or it is larger than Kafka takes; then
 *     {@code frame} is the reference to it
 * @param contentType value of the frame's {@code content-type} header, or null
 * @param replay what the frame was sent again for, or null if it was not
 */
public record RejectedFrame(
        FrameId frame,
        String camera,
        long timestampMillis,
        RejectionReason reason,
        String message,
        int payloadLength,
        String payloadDigest,
        byte @Nullable [] payload,
        @Nullable String contentType,
        @Nullable FrameReplay replay) {
    /** Of a frame that came for the first time and without a content type. */
    public RejectedFrame(
            FrameId frame,
            String camera,
            long timestampMillis,
            RejectionReason reason,
            String message,
            int payloadLength,
            String payloadDigest,
            byte @Nullable [] payload) {
        this(
                frame,
                camera,
                timestampMillis,
                reason,
                message,
                payloadLength,
                payloadDigest,
                payload,
                null,
                null);
    }

    /** How many times the frame has been sent again, 0 or more. */
    public int attempts() {
        return replay == null ? 0 : replay.attempt();
    }
}
