package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationJsonTest {
    private static final String SCHEMA = "classification.schema.json";

    @Test
    void writesEveryMemberUnderItsPublishedName() throws IOException {
        byte[] json =
                ClassificationJson.write(
                        Records.classification(
                                new FrameEnergy(0.0125, "rapl", 42, 0.001, "1f2e", 43, 312500)));

        assertThat(new ObjectMapper().readTree(json))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"frame": "frames-3@1234", "topic": "frames",
                                         "partition": 3, "offset": 1234,
                                         "camera": "gate \\"7\\" – Süd",
                                         "timestampMillis": 1780000000123,
                                         "label": "automobile",
                                         "top": [{"label": "automobile", "probability": 0.875},
                                                 {"label": "truck", "probability": 0.1}],
                                         "model": {"name": "resnet18-psd1_p16", "version": 2,
                                                   "digest": "%s",
                                                   "variant": "PSD1_P16", "engine": "jvm"},
                                         "route": "default", "arm": "single",
                                         "imageHash": "0123456789abcdef", "late": false,
                                         "queueMicros": 1234, "decodeMicros": 56,
                                         "inferenceMicros": 9876, "batchSize": 32,
                                         "joules": 0.0125, "energySource": "rapl",
                                         "energyWindow": 42, "energyErrorJoules": 0.001,
                                         "energyLedger": "1f2e", "energyWorkWindow": 43,
                                         "energyBusyNanos": 312500}
                                        """
                                                .formatted(Records.DIGEST)));
    }

    @Test
    void leavesEnergyOutWhereItIsUnknown() throws IOException {
        byte[] json = ClassificationJson.write(Records.classification(null));

        assertThat(new String(json, StandardCharsets.UTF_8))
                .doesNotContainIgnoringCase("joules")
                .doesNotContain("energy");
        assertThat(ClassificationJson.read(json).energy()).isNull();
    }

    @Test
    void everyFormMeetsTheSchemaAndReadsBack() throws IOException {
        for (FrameEnergy energy :
                new FrameEnergy[] {
                    null,
                    new FrameEnergy(0.0125, "rapl", 42, 0.001, "1f2e", 43, 312_500),
                    new FrameEnergy(1e-9, "modelled", 0, 0, "1f2e", 1, 0),
                    // As an older job left it in flight.
                    new FrameEnergy(1e-9, "modelled", 0, 0, "", 0, 0)
                }) {
            Classification original = Records.classification(energy);
            byte[] json = ClassificationJson.write(original);

            assertThat(Records.violations(SCHEMA, json)).isEmpty();
            assertThat(ClassificationJson.read(json)).isEqualTo(original);
        }
    }

    @Test
    void extremesMeetTheSchemaAndReadBack() throws IOException {
        Classification plain = Records.classification(null);
        Classification original =
                new Classification(
                        new FrameId("a.b_c-7", 0, Long.MAX_VALUE),
                        "",
                        -1,
                        Classification.UNKNOWN,
                        List.of(new ClassScore("", Float.MIN_VALUE), new ClassScore("\0", 0)),
                        plain.model(),
                        RouteResult.of(ModelDecision.DEFAULT_ROUTE, RoutePlan.SINGLE_ARM),
                        0x0123456789abcdefL,
                        false,
                        new FrameTiming(0, 0, 0, 1),
                        null);
        byte[] json = ClassificationJson.write(original);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(ClassificationJson.read(json)).isEqualTo(original);
    }

    @Test
    void roundsTimesToMicroseconds() {
        Classification plain = Records.classification(null);
        Classification original =
                new Classification(
                        plain.frame(),
                        plain.camera(),
                        plain.timestampMillis(),
                        plain.label(),
                        plain.top(),
                        plain.model(),
                        RouteResult.of(ModelDecision.DEFAULT_ROUTE, RoutePlan.SINGLE_ARM),
                        0x0123456789abcdefL,
                        false,
                        new FrameTiming(1_499, 1_500, 499, 1),
                        null);

        assertThat(ClassificationJson.read(ClassificationJson.write(original)).timing())
                .isEqualTo(new FrameTiming(1_000, 2_000, 0, 1));
    }

    @Test
    void schemaRefusesEnergyWithoutItsSource() throws IOException {
        String json =
                new String(
                        ClassificationJson.write(Records.classification(null)),
                        StandardCharsets.UTF_8);
        byte[] changed = Records.bytes(json.replaceFirst("\\}$", ",\"joules\":1.0}"));

        assertThat(Records.violations(SCHEMA, changed)).isNotEmpty();
    }

    @Test
    void readsPastMembersItDoesNotKnow() {
        Classification original = Records.classification(null);
        String json = new String(ClassificationJson.write(original), StandardCharsets.UTF_8);
        byte[] changed = Records.bytes(json.replaceFirst("\\}$", ",\"later\":[1]}"));

        assertThat(ClassificationJson.read(changed)).isEqualTo(original);
    }

    @Test
    void namesTheMemberThatIsWrong() {
        String json =
                new String(
                        ClassificationJson.write(Records.classification(null)),
                        StandardCharsets.UTF_8);

        assertThatThrownBy(() -> read(json.replace("\"partition\":3", "\"partition\":\"3\"")))
                .hasMessage("'partition' was '3' but it must be a number");
        assertThatThrownBy(() -> read(json.replace("\"offset\":1234", "\"offset\":1.5")))
                .hasMessage("'offset' was '1.5' but it must be a whole number of 64 bits");
        assertThatThrownBy(() -> read(json.replace("\"model\":", "\"modell\":")))
                .hasMessage("'model' is missing but it must be an object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{} {}", "nonsense"})
    void refusesWhatIsNoObject(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Classification read(String json) {
        return ClassificationJson.read(Records.bytes(json));
    }
}
