package io.psconv.operator.decode;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Makes the records of rejected frames.
 *
 * <p>A payload of at most {@code maxPayloadBytes} goes along; of a larger one only length and
 * digest, and the frame's place in Kafka refers to it. May be used by several threads.
 */
public final class RejectedFrames {
    /** Characters of a message that are kept; a hostile image may have its say in it. */
    static final int MAX_MESSAGE_LENGTH = 500;

    private static final byte[] NOTHING = {};

    private final int maxPayloadBytes;

    /**
     * A factory for one sink.
     *
     * @param maxPayloadBytes what the sink takes, at least 0
     * @throws IllegalArgumentException if it is negative
     */
    public RejectedFrames(int maxPayloadBytes) {
        if (maxPayloadBytes < 0) {
            throw new IllegalArgumentException(
                    "maximum of payload bytes was '"
                            + maxPayloadBytes
                            + "' but it must be at least 0");
        }
        this.maxPayloadBytes = maxPayloadBytes;
    }

    public RejectedFrame of(Frame frame, UndecodableFrameException fault) {
        return of(frame, fault.reason(), message(fault));
    }

    /** What records say of a fault; a hostile image may have its say in it, but not at length. */
    public static String message(UndecodableFrameException fault) {
        String message = fault.getMessage();
        return message == null ? "" : shortened(message);
    }

    public RejectedFrame of(Frame frame, RejectionReason reason, String message) {
        byte[] payload = frame.payload();
        return new RejectedFrame(
                frame.id(),
                frame.camera(),
                frame.timestampMillis(),
                reason,
                shortened(message),
                frame.payloadLength(),
                digest(payload == null ? NOTHING : payload),
                frame.payloadLength() <= maxPayloadBytes ? payload : null,
                frame.contentType(),
                frame.replay());
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE_LENGTH
                ? message
                : message.substring(0, MAX_MESSAGE_LENGTH - 1) + "…";
    }

    private static String digest(byte[] payload) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(
                    "every Java has SHA-256, but this one does not", absent);
        }
    }
}
