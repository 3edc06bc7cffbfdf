package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
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
                Records.rejected(
                        RejectionReason.CORRUPT_IMAGE,
                        "\1".repeat(FrameDeserializationSchema.MAX_CAMERA_BYTES),
                        "\1".repeat(RejectedFrameJson.MAX_MESSAGE_LENGTH),
                        new byte[maxPayload]);

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

    private static ProducerRecord<byte[], byte[]> serialize(RejectedFrame frame, int maxPayload) {
        return Objects.requireNonNull(
                new RejectedFrameSerializationSchema("rejected-frames", maxPayload)
                        .serialize(frame, new NoContext(), null));
    }
}
