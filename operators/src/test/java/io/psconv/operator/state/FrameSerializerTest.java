package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameReplay;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

class FrameSerializerTest extends VersionedSerializerContract<Frame> {
    private static final FrameId ID = new FrameId("frames", 3, 1234);

    FrameSerializerTest() {
        super(FrameSerializer.INSTANCE, RecordTypes.FRAME);
    }

    @Override
    protected Frame[] getTestData() {
        return new Frame[] {
            new Frame(ID, "gate-7", 1_750_000_000_123L, "image/png", new byte[] {1, -2, 3}),
            new Frame(ID, "", Long.MIN_VALUE, null, null),
            new Frame(new FrameId("", 0, Long.MAX_VALUE), "Tür 東 🎥", -1, "", new byte[0]),
            new Frame(ID, "c", 0, null, new byte[100_000]),
            new Frame(ID, "c", 0, null, new byte[3], new FrameReplay("frames-0@7", 2))
        };
    }

    @Test
    void payloadOfNoBytesIsToldFromNone() throws IOException {
        assertThat(roundTrip(new Frame(ID, "c", 0, null, null)).payload()).isNull();
        assertThat(roundTrip(new Frame(ID, "c", 0, null, new byte[0])).payload()).isEmpty();
    }

    @Test
    void missingContentTypeIsToldFromAnEmptyOne() throws IOException {
        assertThat(roundTrip(new Frame(ID, "c", 0, null, null)).contentType()).isNull();
        assertThat(roundTrip(new Frame(ID, "c", 0, "", null)).contentType()).isEmpty();
    }

    @Test
    void stringsMayBeLongerThan64Kilobytes() throws IOException {
        String camera = "gate-ü-".repeat(20_000);

        assertThat(roundTrip(new Frame(ID, camera, 0, null, null)).camera()).isEqualTo(camera);
    }

    /**
     * Version 1 as it stands in savepoints; a change of these bytes needs a version of its own.
     * Written by {@code bytesOf} on the day version 1 was made.
     */
    @Test
    void readsVersion1AsWrittenThen() throws IOException {
        byte[] written =
                HexFormat.of()
                        .parseHex(
                                "01076672616d65730000000300000000000004d20363310000000000000005"
                                        + "0000000002ffd8");

        Frame frame = FrameSerializer.INSTANCE.deserialize(new DataInputDeserializer(written));

        assertThat(frame.id()).isEqualTo(ID);
        assertThat(frame.camera()).isEqualTo("c1");
        assertThat(frame.timestampMillis()).isEqualTo(5);
        assertThat(frame.contentType()).isNull();
        assertThat(frame.payload()).containsExactly(0xff, 0xd8);
        assertThat(frame.replay()).isNull();
        assertThat(bytesOf(frame)).hasSize(written.length + 1).startsWith(2, 7);
    }

    /** Version 2 likewise. */
    @Test
    void readsVersion2AsWrittenThen() throws IOException {
        byte[] written =
                HexFormat.of()
                        .parseHex(
                                "02076672616d65730000000300000000000004d20363310000000000000005"
                                        + "0000000002ffd804662d3000000003");

        Frame frame = FrameSerializer.INSTANCE.deserialize(new DataInputDeserializer(written));

        assertThat(frame.replay()).isEqualTo(new FrameReplay("f-0", 3));
        assertThat(bytesOf(frame)).isEqualTo(written);
    }

    @Test
    void refusesAnImpossibleReplay() throws IOException {
        byte[] bytes = bytesOf(new Frame(ID, "c", 0, null, null, new FrameReplay("frames-0@7", 1)));
        bytes[bytes.length - 1] = 0;

        assertThatThrownBy(
                        () ->
                                FrameSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "attempt of a replayed frame was '0' but it must be at least 1; the bytes"
                                + " are damaged");
    }

    @Test
    void refusesNegativePayloadLength() throws IOException {
        byte[] bytes = bytesOf(new Frame(ID, "c", 0, null, null));
        bytes[bytes.length - 2] = -2;

        assertThatThrownBy(
                        () ->
                                FrameSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "length of payload was '-2' but it must be at least 0; the bytes are"
                                + " damaged");
    }

    @Test
    void refusesMissingCamera() throws IOException {
        byte[] bytes = bytesOf(new Frame(ID, "", 0, null, null));
        bytes[bytes.length - 15] = 0;

        assertThatThrownBy(
                        () ->
                                FrameSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage("camera was null but it must be given; the bytes are damaged");
    }
}
