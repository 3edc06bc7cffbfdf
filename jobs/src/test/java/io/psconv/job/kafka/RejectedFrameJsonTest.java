package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.FrameReplay;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RejectedFrameJsonTest {
    private static final String SCHEMA = "rejected-frame.schema.json";

    @ParameterizedTest
    @EnumSource
    void everyReasonMeetsTheSchemaAndReadsBack(RejectionReason reason) throws IOException {
        byte[] payload = {0, 1, -1, 127, -128};
        RejectedFrame original = Records.rejected(reason, "gate", "what was wrong", payload);
        byte[] json = RejectedFrameJson.write(original, 5);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        RejectedFrame read = RejectedFrameJson.read(json);
        assertThat(read).usingRecursiveComparison().isEqualTo(original);
    }

    @Test
    void leavesOutAPayloadBeyondTheLimit() throws IOException {
        RejectedFrame original =
                Records.rejected(RejectionReason.TOO_MANY_BYTES, "gate", "m", new byte[6]);
        byte[] json = RejectedFrameJson.write(original, 5);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        RejectedFrame read = RejectedFrameJson.read(json);
        assertThat(read.payload()).isNull();
        assertThat(read.payloadLength()).isEqualTo(6);
    }

    @Test
    void writesAFrameWithoutPayload() throws IOException {
        RejectedFrame original = Records.rejected(RejectionReason.EMPTY, "", "no value", null);
        byte[] json = RejectedFrameJson.write(original, 1000);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(RejectedFrameJson.read(json)).isEqualTo(original);
    }

    @Test
    void saysWhatAFrameIsSentAgainForAndItsContentType() throws IOException {
        RejectedFrame original =
                replayed("image/x-raw-rgb;width=2;height=2", new FrameReplay("frames-1@7", 2));
        byte[] json = RejectedFrameJson.write(original, 1000);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(RejectedFrameJson.read(json)).usingRecursiveComparison().isEqualTo(original);
    }

    @Test
    void leavesOutAContentTypeOfAnyLength() throws IOException {
        byte[] json = RejectedFrameJson.write(replayed("x".repeat(257), null), 1000);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(RejectedFrameJson.read(json).contentType()).isNull();
    }

    @Test
    void keepsAnEmptyPayloadApartFromNone() {
        RejectedFrame original =
                Records.rejected(RejectionReason.EMPTY, "", "no bytes", new byte[0]);

        assertThat(RejectedFrameJson.read(RejectedFrameJson.write(original, 0)).payload())
                .isEmpty();
    }

    @Test
    void cutsALongMessageBetweenCharacters() throws IOException {
        RejectedFrame original =
                Records.rejected(RejectionReason.EMPTY, "", "x" + "😀".repeat(3000), null);
        byte[] json = RejectedFrameJson.write(original, 0);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(RejectedFrameJson.read(json).message()).endsWith("😀...");
    }

    @Test
    void theLargestRecordFitsTheProducersLimit() {
        int limit = KafkaProperties.DEFAULT_MAX_REQUEST_BYTES;
        int maxPayload = RejectedFrameJson.maxPayloadBytes(limit);
        RejectedFrame worst =
                new RejectedFrame(
                        Records.FRAME,
                        "\1".repeat(FrameDeserializationSchema.MAX_CAMERA_BYTES),
                        1,
                        RejectionReason.CORRUPT_IMAGE,
                        "\1".repeat(RejectedFrameJson.MAX_MESSAGE_LENGTH),
                        maxPayload,
                        Records.DIGEST,
                        new byte[maxPayload],
                        "\1".repeat(RejectedFrameJson.MAX_CONTENT_TYPE_LENGTH),
                        new FrameReplay("\1".repeat(FrameReplay.MAX_ORIGINAL_LENGTH), 1));

        ProducerRecord<byte[], byte[]> record = serialize(worst, maxPayload);

        assertThat(record.value().length + record.key().length).isBetween(limit - 8192, limit);
        assertThat(maxPayload).isGreaterThan(512 * 1024);
    }

    @Test
    void noPayloadFitsATinyLimit() {
        assertThat(RejectedFrameJson.maxPayloadBytes(100)).isZero();
    }

    @Test
    void keyAndTimestampAreTheFrames() {
        ProducerRecord<byte[], byte[]> record =
                serialize(Records.rejected(RejectionReason.EMPTY, "Süd", "m", null), 0);

        assertThat(record.topic()).isEqualTo("rejected-frames");
        assertThat(record.partition()).isNull();
        assertThat(record.timestamp()).isEqualTo(1_780_000_000_123L);
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("Süd");
        assertThat(record.headers().lastHeader("psconv-frame").value())
                .isEqualTo(Records.bytes("frames-3@1234"));
    }

    @Test
    void refusesAnUnknownReasonAndBadBase64() {
        String json =
                new String(
                        RejectedFrameJson.write(
                                Records.rejected(RejectionReason.EMPTY, "", "m", new byte[3]), 3),
                        StandardCharsets.UTF_8);

        assertThatThrownBy(
                        () -> RejectedFrameJson.read(Records.bytes(json.replace("EMPTY", "BORED"))))
                .hasMessageStartingWith("'reason' was 'BORED' but it must be one of [EMPTY, ");
        assertThatThrownBy(
                        () -> RejectedFrameJson.read(Records.bytes(json.replace("AAAA", "A*A="))))
                .hasMessageStartingWith("'payload' is not base64: ");
    }

    private static RejectedFrame replayed(
            @Nullable String contentType, @Nullable FrameReplay replay) {
        return new RejectedFrame(
                Records.FRAME,
                "gate",
                5,
                RejectionReason.BAD_RAW_SHAPE,
                "m",
                3,
                Records.DIGEST,
                new byte[3],
                contentType,
                replay);
    }

    private static ProducerRecord<byte[], byte[]> serialize(RejectedFrame frame, int maxPayload) {
        return Objects.requireNonNull(
                new RejectedFrameSerializationSchema("rejected-frames", maxPayload)
                        .serialize(frame, new NoContext(), null));
    }
}
