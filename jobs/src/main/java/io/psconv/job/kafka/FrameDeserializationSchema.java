package io.psconv.job.kafka;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes a frame of every Kafka record; none is refused here.
 *
 * <p>The key is the camera's id in UTF-8, bytes that are not becoming U+FFFD; a record without one
 * is of camera {@code ""}. A key of more than {@value #MAX_CAMERA_BYTES} bytes is replaced by its
 * beginning and its SHA-256, so that no key can make an answer larger than Kafka takes.
 *
 * <p>Headers of a replay that are not those of {@link ReplayHeaders} count as none.
 */
public final class FrameDeserializationSchema implements KafkaRecordDeserializationSchema<Frame> {
    /** Header with the payload's media type. */
    public static final String CONTENT_TYPE = "content-type";

    /** The longest key taken as it is. */
    static final int MAX_CAMERA_BYTES = 1024;

    /** How much of a longer key is kept for people to know it by. */
    private static final int KEPT_CAMERA_BYTES = 64;

    private static final long serialVersionUID = 1;

    private final TypeInformation<Frame> type;

    /** A schema whose frames travel in the form that Flink finds for them. */
    public FrameDeserializationSchema() {
        this(TypeInformation.of(Frame.class));
    }

    /** A schema whose frames travel in a given form. */
    public FrameDeserializationSchema(TypeInformation<Frame> type) {
        this.type = type;
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Frame> out) {
        out.collect(
                new Frame(
                        new FrameId(record.topic(), record.partition(), record.offset()),
                        camera(record.key()),
                        record.timestamp(),
                        contentType(record),
                        record.value(),
                        ReplayHeaders.read(record.headers())));
    }

    @Override
    public TypeInformation<Frame> getProducedType() {
        return type;
    }

    private static String camera(byte @Nullable [] key) {
        if (key == null) {
            return "";
        }
        if (key.length <= MAX_CAMERA_BYTES) {
            return new String(key, StandardCharsets.UTF_8);
        }
        String beginning = new String(key, 0, KEPT_CAMERA_BYTES, StandardCharsets.UTF_8);
        return beginning + "...sha256:" + HexFormat.of().formatHex(sha256().digest(key));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static @Nullable String contentType(ConsumerRecord<byte[], byte[]> record) {
        @Nullable Header header = record.headers().lastHeader(CONTENT_TYPE);
        if (header == null || header.value() == null) {
            return null;
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
