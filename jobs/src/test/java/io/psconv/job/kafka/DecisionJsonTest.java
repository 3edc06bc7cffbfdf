package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionJsonTest {
    private static final String SCHEMA = "decision.schema.json";
    private static final ModelReference ONE = new ModelReference("one", 1, Records.DIGEST);
    private static final ModelReference TWO = new ModelReference("two", 2, Records.DIGEST);

    static Stream<DecisionEntry> entries() {
        RequestedTime now = new RequestedTime(0, 5000);
        return Stream.of(
                Records.accepted(),
                new AcceptedPlan(
                        "c-0@1", "day", RoutePlan.split("g-*", List.of(ONE, TWO), 9, 1), now),
                new AcceptedPlan("c-0@1", "day", RoutePlan.paired("*", ONE, TWO), now),
                new AcceptedPlan("c-0@1", "day", RoutePlan.cascade("*", ONE, TWO, 0.1f), now),
                new AcceptedPlan("c-0@1", "day", null, now),
                new AcceptedCrop("c-0@1", "Tür \"7\"", new Crop(1, 2, 3, 4), now),
                new AcceptedCrop("c-0@1", "", null, now),
                new Refusal("c-0@1", "no such model"),
                new DecisionTick(0));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void meetsTheSchemaAndReadsBack(DecisionEntry entry) throws IOException {
        byte[] json = DecisionJson.write(entry);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(DecisionJson.read(json)).isEqualTo(entry);
    }

    @Test
    void isWrittenAsUsersReadIt() {
        assertThat(new String(DecisionJson.write(Records.accepted()), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"decision\":\"accepted\",\"request\":\"model-control-0@12\","
                                + "\"route\":\"default\",\"plan\":{\"kind\":\"single\","
                                + "\"cameras\":\"*\",\"arms\":[{\"arm\":\"single\","
                                + "\"name\":\"resnet18-psd1_p16\",\"version\":2,\"digest\":\""
                                + Records.DIGEST
                                + "\",\"weight\":1}],\"margin\":0.0},"
                                + "\"requestedFromMillis\":1780000000000,\"leadMillis\":5000}");
        assertThat(new String(DecisionJson.write(new DecisionTick(5)), StandardCharsets.UTF_8))
                .isEqualTo("{\"decision\":\"tick\",\"leadMillis\":5}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"accepted\" | \"perhaps\" | 'decision' was 'perhaps' but it must be 'accepted',"
                        + " 'refused' or 'tick'",
                "\"decision\" | \"choice\" | 'decision' is missing but it must be a string",
                "\"version\":2 | \"version\":0 | 'version' was '0' but versions count from 1",
                "\"version\":2 | \"version\":4294967298 | 'version' was '4294967298' but it must be"
                        + " a whole number of 32 bits",
                "\"name\":\"resnet18-psd1_p16\" | \"name\":\"\" | 'name' was '' but it must not be"
                        + " empty",
                "0123456789abcdef0 | 0123456789ABCDEF0 | 'digest' was '",
                "\"single\",\"cam | \"double\",\"cam | 'kind' was 'double' but it must be one of"
                        + " single, split, paired, cascade",
                "\"leadMillis\":5000 | \"leadMillis\":-1 | leadMillis was '-1' but it must be"
                        + " between 0 and 604800000",
                "\"requestedFromMillis\":1780000000000 | \"from\":0 | 'requestedFromMillis' is"
                        + " missing but it must be a number",
            })
    void namesWhatIsWrongAsTheSchemaDoes(String from, String to, String message)
            throws IOException {
        String json = new String(DecisionJson.write(Records.accepted()), StandardCharsets.UTF_8);
        assertThat(json).contains(from);
        byte[] changed = Records.bytes(json.replace(from, to));

        assertThat(Records.violations(SCHEMA, changed)).isNotEmpty();
        assertThatThrownBy(() -> DecisionJson.read(changed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void theDefaultRouteCannotEnd() {
        byte[] json =
                Records.bytes(
                        "{\"decision\":\"accepted\",\"request\":\"r\",\"route\":\"default\","
                                + "\"plan\":null,\"requestedFromMillis\":0,\"leadMillis\":0}");

        assertThatThrownBy(() -> DecisionJson.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'plan' was nothing but route 'default' must have one");
    }
}
