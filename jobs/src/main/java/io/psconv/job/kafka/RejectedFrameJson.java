package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.FrameReplay;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A rejected frame as JSON, as {@code rejected-frame.schema.json} beside this class describes it.
 *
 * <p>The original's bytes are a member in base64 and not the whole value, so that one record says
 * both what came and why it was refused, whatever reads it.
 */
public final class RejectedFrameJson {
    /** A message longer than this is cut: it may quote what came. */
    static final int MAX_MESSAGE_LENGTH = 2000;

    /**
     * A content type longer than this says nothing that a decoder wants to know; it is left out.
     */
    static final int MAX_CONTENT_TYPE_LENGTH = 256;

    /**
     * Room, in bytes, for everything but the payload: camera, message, content type and original at
     * six bytes a character, as JSON escapes control characters, the key, and the record's own
     * fields.
     */
    static final int ENVELOPE_BYTES =
            6
                            * (FrameDeserializationSchema.MAX_CAMERA_BYTES
                                    + MAX_MESSAGE_LENGTH
                                    + MAX_CONTENT_TYPE_LENGTH
                                    + FrameReplay.MAX_ORIGINAL_LENGTH)
                    + 4096;

    private RejectedFrameJson() {}

    /**
     * The largest payload whose record Kafka's producer still takes.
     *
     * @param maxRequestBytes the producer's {@code max.request.size}
     */
    public static int maxPayloadBytes(int maxRequestBytes) {
        return Math.max(0, (maxRequestBytes - ENVELOPE_BYTES) / 4 * 3);
    }

    /**
     * One JSON object in UTF-8.
     *
     * @param maxPayloadBytes a longer payload is left out; {@code frame} then refers to it
     */
    public static byte[] write(RejectedFrame rejected, int maxPayloadBytes) {
        return JsonRecords.write(json -> writeMembers(json, rejected, maxPayloadBytes));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the value is not JSON or lacks a member, saying which
     */
    public static RejectedFrame read(byte[] value) {
        JsonNode record = JsonRecords.parse(value);
        return new RejectedFrame(
                JsonRecords.frame(record),
                JsonRecords.text(record, "camera"),
                JsonRecords.longValue(record, "timestampMillis"),
                reason(JsonRecords.text(record, "reason")),
                JsonRecords.text(record, "message"),
                JsonRecords.intValue(record, "payloadLength"),
                JsonRecords.text(record, "payloadDigest"),
                payload(record),
                record.has("contentType") ? JsonRecords.text(record, "contentType") : null,
                replay(record));
    }

    private static void writeMembers(
            JsonGenerator json, RejectedFrame rejected, int maxPayloadBytes) throws IOException {
        JsonRecords.writeFrame(
                json, rejected.frame(), rejected.camera(), rejected.timestampMillis());
        json.writeStringField("reason", rejected.reason().name());
        json.writeStringField("message", shortened(rejected.message()));
        json.writeNumberField("payloadLength", rejected.payloadLength());
        json.writeStringField("payloadDigest", rejected.payloadDigest());
        @Nullable String contentType = rejected.contentType();
        if (contentType != null && contentType.length() <= MAX_CONTENT_TYPE_LENGTH) {
            json.writeStringField("contentType", contentType);
        }
        @Nullable FrameReplay replay = rejected.replay();
        if (replay != null) {
            json.writeStringField("replayOf", replay.original());
            json.writeNumberField("replayAttempt", replay.attempt());
        }
        byte @Nullable [] payload = rejected.payload();
        if (payload != null && payload.length <= maxPayloadBytes) {
            json.writeBinaryField("payload", payload);
        }
    }

    private static String shortened(String message) {
        if (message.length() <= MAX_MESSAGE_LENGTH) {
            return message;
        }
        int end = MAX_MESSAGE_LENGTH - 3;
        if (Character.isHighSurrogate(message.charAt(end - 1))) {
            end--;
        }
        return message.substring(0, end) + "...";
    }

    private static @Nullable FrameReplay replay(JsonNode record) {
        if (!record.has("replayOf")) {
            return null;
        }
        return new FrameReplay(
                JsonRecords.text(record, "replayOf"),
                JsonRecords.intValue(record, "replayAttempt"));
    }

    private static RejectionReason reason(String name) {
        for (RejectionReason reason : RejectionReason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        throw new IllegalArgumentException(
                "'reason' was '"
                        + name
                        + "' but it must be one of "
                        + Arrays.toString(RejectionReason.values()));
    }

    private static byte @Nullable [] payload(JsonNode record) {
        if (!record.has("payload")) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(JsonRecords.text(record, "payload"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'payload' is not base64: " + e.getMessage(), e);
        }
    }
}
