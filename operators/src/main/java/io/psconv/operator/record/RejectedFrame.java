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
 */
public record RejectedFrame(
        FrameId frame,
        String camera,
        long timestampMillis,
        RejectionReason reason,
        String message,
        int payloadLength,
        String payloadDigest,
        byte @Nullable [] payload) {}
