package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.FrameId;
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
            rejected(RejectionReason.EMPTY, "x".repeat(70_000), new byte[0])
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
