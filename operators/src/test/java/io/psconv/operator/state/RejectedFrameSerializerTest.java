package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameReplay;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RejectedFrameSerializerTest extends VersionedSerializerContract<RejectedFrame> {
    RejectedFrameSerializerTest() {
        super(RejectedFrameSerializer.INSTANCE, RecordTypes.REJECTED_FRAME);
    }

    @Override
    protected RejectedFrame[] getTestData() {
        return new RejectedFrame[] {
            rejected(RejectionReason.CORRUPT_IMAGE, "PNG ends at byte 7", new byte[] {9, 8}),
            rejected(RejectionReason.EMPTY, "", null),
            rejected(RejectionReason.EMPTY, "x".repeat(70_000), new byte[0]),
            replayed()
        };
    }

    @Test
    void everyReasonComesBack() throws IOException {
        for (RejectionReason reason : RejectionReason.values()) {
            assertThat(roundTrip(rejected(reason, "m", null)).reason()).isEqualTo(reason);
        }
    }

    @Test
    void payloadOfNoBytesIsToldFromNone() throws IOException {
        RejectionReason reason = RejectionReason.EMPTY;

        assertThat(roundTrip(rejected(reason, "m", null)).payload()).isNull();
        assertThat(roundTrip(rejected(reason, "m", new byte[0])).payload()).isEmpty();
    }

    /** Version 1 ended with the payload. */
    @Test
    void readsVersion1() throws IOException {
        byte[] written = bytesOf(rejected(RejectionReason.EMPTY, "m", new byte[3]));
        written[0] = 1;

        RejectedFrame read =
                RejectedFrameSerializer.INSTANCE.deserialize(
                        new DataInputDeserializer(written, 0, written.length - 2));

        assertThat(read.payload()).hasSize(3);
        assertThat(read.contentType()).isNull();
        assertThat(read.attempts()).isZero();
    }

    @Test
    void refusesReasonThatItDoesNotKnow() throws IOException {
        String written =
                new String(
                        bytesOf(rejected(RejectionReason.EMPTY, "m", null)),
                        StandardCharsets.ISO_8859_1);
        byte[] bytes = written.replace("EMPTY", "DREAM").getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(
                        () ->
                                RejectedFrameSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "reason was 'DREAM' but this program knows no such reason; restore with"
                                + " the program that wrote it, or a newer one");
    }

    private static RejectedFrame replayed() {
        return new RejectedFrame(
                new FrameId("frames", 1, 9),
                "gate",
                77,
                RejectionReason.BAD_RAW_SHAPE,
                "m",
                12,
                "ab".repeat(32),
                new byte[12],
                "image/x-raw-rgb;width=2",
                new FrameReplay("frames-1@2", 4));
    }

    private static RejectedFrame rejected(
            RejectionReason reason, String message, byte @Nullable [] payload) {
        return new RejectedFrame(
                new FrameId("frames", 1, 2),
                "gate",
                77,
                reason,
                message,
                12,
                "ab".repeat(32),
                payload);
    }
}
