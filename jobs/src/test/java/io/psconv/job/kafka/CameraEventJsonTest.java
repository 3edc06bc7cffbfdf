package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CameraEventJsonTest {
    private static final String SCHEMA = "camera-event.schema.json";

    @ParameterizedTest
    @EnumSource
    void everyKindMeetsTheSchemaAndReadsBack(CameraEventKind kind) throws IOException {
        CameraEvent original = event(kind, details(kind));
        byte[] json = CameraEventJson.write(original);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(CameraEventJson.read(json)).isEqualTo(original);
    }

    @Test
    void writesEveryMemberUnderItsPublishedName() throws IOException {
        byte[] json =
                CameraEventJson.write(
                        event(
                                CameraEventKind.LABEL_CHANGED,
                                new LabelChange("cat", "dog", 1_780_000_000_000L, 0.75)));

        assertThat(new ObjectMapper().readTree(json))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"kind": "label-changed", "frame": "frames-3@1234",
                                         "topic": "frames", "partition": 3, "offset": 1234,
                                         "camera": "gate \\"7\\" – Süd",
                                         "timestampMillis": 1780000000123,
                                         "from": "cat", "to": "dog",
                                         "sinceMillis": 1780000000000, "support": 0.75}
                                        """));
    }

    @Test
    void extremesMeetTheSchemaAndReadBack() throws IOException {
        for (CameraEventDetails details :
                new CameraEventDetails[] {
                    new LabelChange(null, "", -1, Double.MIN_VALUE),
                    new LabelChange("", "\0", Long.MAX_VALUE, 1)
                }) {
            CameraEvent original =
                    new CameraEvent(
                            "",
                            CameraEventKind.LABEL_CHANGED,
                            -1,
                            new FrameId("a.b_c-7", 0, Long.MAX_VALUE),
                            details);
            byte[] json = CameraEventJson.write(original);

            assertThat(Records.violations(SCHEMA, json)).isEmpty();
            assertThat(CameraEventJson.read(json)).isEqualTo(original);
        }
    }

    @ParameterizedTest
    @EnumSource
    void schemaWantsTheDetailsOfTheKindAndNoOthers(CameraEventKind kind) throws IOException {
        String json = text(kind);
        for (CameraEventKind other : CameraEventKind.values()) {
            byte[] changed = Records.bytes(json.replace("\"" + kind + "\"", "\"" + other + "\""));

            assertThat(Records.violations(SCHEMA, changed).isEmpty())
                    .as("%s under the name of %s", kind, other)
                    .isEqualTo(kind.details() == other.details());
        }
        assertThat(
                        Records.violations(
                                SCHEMA, Records.bytes(json.replaceFirst("\\}$", ",\"x\":1}"))))
                .isNotEmpty();
    }

    @Test
    void namesTheMemberThatIsWrong() {
        String json = text(CameraEventKind.CAMERA_FROZEN);

        assertThatThrownBy(() -> read(json.replace("camera-frozen", "camera-lost")))
                .hasMessage(
                        "kind was 'camera-lost' but it must be one of label-changed, camera-silent,"
                                + " camera-back, camera-forgotten, camera-frozen, camera-moving,"
                                + " confidence-drift, confidence-recovered, frame-late,"
                                + " clock-set-back");
        assertThatThrownBy(() -> read(json.replace("0123456789abcdef", "no hash")))
                .hasMessage("'imageHash' was 'no hash' but it must be 16 hexadecimal digits")
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read(json.replace("\"frames\":", "\"count\":")))
                .hasMessage("'frames' is missing but it must be a number");
    }

    private static CameraEvent read(String json) {
        return CameraEventJson.read(Records.bytes(json));
    }

    private static String text(CameraEventKind kind) {
        return new String(
                CameraEventJson.write(event(kind, details(kind))), StandardCharsets.UTF_8);
    }

    private static CameraEvent event(CameraEventKind kind, CameraEventDetails details) {
        return new CameraEvent(
                "gate \"7\" – Süd", kind, 1_780_000_000_123L, Records.FRAME, details);
    }

    private static CameraEventDetails details(CameraEventKind kind) {
        return switch (kind) {
            case LABEL_CHANGED -> new LabelChange("cat", "dog", 1_780_000_000_000L, 0.6);
            case CAMERA_SILENT, CAMERA_BACK, CAMERA_FORGOTTEN ->
                    new Silence(1_780_000_000_000L, 61_000);
            case CAMERA_FROZEN, CAMERA_MOVING ->
                    new Stillness(0x0123456789abcdefL, 12, 1_780_000_000_000L);
            case CONFIDENCE_DRIFT, CONFIDENCE_RECOVERED ->
                    new ConfidenceShift(
                            new ModelReference("resnet20-dense", 1, Records.DIGEST),
                            0.9,
                            0.7,
                            -8.5);
            case FRAME_LATE, CLOCK_SET_BACK -> new Lateness(1500, 3);
        };
    }
}
