package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventDetails;
import io.psconv.operator.record.CameraEventDetails.ConfidenceShift;
import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.CameraEventDetails.Lateness;
import io.psconv.operator.record.CameraEventDetails.Silence;
import io.psconv.operator.record.CameraEventDetails.Stillness;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

class CameraEventSerializerTest extends VersionedSerializerContract<CameraEvent> {
    CameraEventSerializerTest() {
        super(CameraEventSerializer.INSTANCE, RecordTypes.CAMERA_EVENT);
    }

    @Override
    protected CameraEvent[] getTestData() {
        List<CameraEvent> events = new ArrayList<>();
        for (CameraEventKind kind : CameraEventKind.values()) {
            events.add(event(kind, details(kind)));
        }
        events.add(event(CameraEventKind.LABEL_CHANGED, new LabelChange(null, "", -1, 1e-9)));
        return events.toArray(CameraEvent[]::new);
    }

    @Test
    void refusesAnUnknownKind() throws IOException {
        byte[] bytes = bytesOf(event(CameraEventKind.FRAME_LATE, new Lateness(1, 1)));
        bytes[bytes.length - 1 - 12 - 8 - 4 - 7 - 8]++;

        assertThatThrownBy(() -> createSerializer().deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "kind was 'frame-latf' but it must be one of label-changed,")
                .hasMessageEndingWith("; restore with the program that wrote it, or a newer one");
    }

    @Test
    void anEventHasTheDetailsOfItsKind() {
        assertThatThrownBy(() -> event(CameraEventKind.CAMERA_SILENT, new Lateness(1, 1)))
                .hasMessage(
                        "details of camera-silent were 'Lateness[behindMillis=1, frames=1]' but they"
                                + " must be of Silence");
    }

    @Test
    void onlySilenceGoesByTheWallClock() {
        assertThat(CameraEventKind.CAMERA_SILENT.byWallClock()).isTrue();
        assertThat(CameraEventKind.CAMERA_FORGOTTEN.byWallClock()).isTrue();
        assertThat(CameraEventKind.LABEL_CHANGED.byWallClock()).isFalse();
    }

    private static CameraEventDetails details(CameraEventKind kind) {
        return switch (kind) {
            case LABEL_CHANGED -> new LabelChange("cat", "dog", 1_750_000_000_000L, 0.6);
            case CAMERA_SILENT, CAMERA_BACK, CAMERA_FORGOTTEN ->
                    new Silence(1_750_000_000_000L, 61_000);
            case CAMERA_FROZEN, CAMERA_MOVING ->
                    new Stillness(0x0123456789abcdefL, 12, 1_750_000_000_000L);
            case CONFIDENCE_DRIFT, CONFIDENCE_RECOVERED ->
                    new ConfidenceShift(
                            new ModelReference("resnet20-dense", 1, "0f".repeat(32)),
                            0.9,
                            0.7,
                            -8.5);
            case FRAME_LATE, CLOCK_SET_BACK -> new Lateness(1500, 3);
        };
    }

    private static CameraEvent event(CameraEventKind kind, CameraEventDetails details) {
        return new CameraEvent(
                "gate", kind, 1_750_000_000_123L, new FrameId("frames", 3, 1234), details);
    }
}
