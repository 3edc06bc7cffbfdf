package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelDecisionJsonTest {
    private static final String SCHEMA = "model-decision.schema.json";

    @Test
    void anAcceptedRequestMeetsTheSchemaAndReadsBack() throws IOException {
        byte[] json = ModelDecisionJson.write(Records.decision());

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(ModelDecisionJson.read(json)).contains(Records.decision());
    }

    @Test
    void aRefusedRequestMeetsTheSchemaAndReadsAsNothing() throws IOException {
        byte[] json = ModelDecisionJson.writeRefusal("request-1", "no such model");

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(ModelDecisionJson.read(json)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"accepted\" | \"perhaps\" | 'decision' was 'perhaps' but it must be 'accepted' or"
                        + " 'refused'",
                "\"decision\" | \"choice\" | 'decision' is missing but it must be a string",
                "\"version\":2 | \"version\":0 | 'version' was '0' but versions count from 1",
                "\"version\":2 | \"version\":4294967298 | 'version' was '4294967298' but it must be"
                        + " a whole number of 32 bits",
                "\"name\":\"resnet18-psd1_p16\" | \"name\":\"\" | 'name' was '' but it must not be"
                        + " empty",
                "0123456789abcdef0 | 0123456789ABCDEF0 | 'digest' was '",
            })
    void namesWhatIsWrongAsTheSchemaDoes(String from, String to, String message)
            throws IOException {
        String json =
                new String(ModelDecisionJson.write(Records.decision()), StandardCharsets.UTF_8);
        byte[] changed = Records.bytes(json.replace(from, to));

        assertThat(Records.violations(SCHEMA, changed)).isNotEmpty();
        assertThatThrownBy(() -> ModelDecisionJson.read(changed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
