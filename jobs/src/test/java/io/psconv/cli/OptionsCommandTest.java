package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.job.options.ClassifyConfigOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OptionsCommandTest {
    @Test
    void listsEveryOption() throws IOException {
        CommandRun run = CommandRun.of("options", "--json");

        assertThat(run.status()).isZero();
        JsonNode options = new ObjectMapper().readTree(run.out());
        assertThat(options.findValuesAsText("key"))
                .containsExactlyElementsOf(
                        ClassifyConfigOptions.all().stream().map(option -> option.key()).toList());
        assertThat(options.get(0).path("default").asText()).isEqualTo("psconv-classify");
        assertThat(options.get(1).path("default").isNull()).isTrue();
    }

    @Test
    void writesDefaultsAsTheyWouldBeGiven() {
        assertThat(CommandRun.of("options", "otlp.interval").out().lines())
                .containsExactly(
                        "metrics.otlp.interval = 10 s",
                        "    Time between two sendings, 1 s to 1 h.");
        assertThat(CommandRun.of("options", "delivery.guarantee").out().lines().findFirst())
                .hasValue("delivery.guarantee = exactly-once");
    }

    @Test
    void findsAWordInKeysAndMeanings() {
        assertThat(CommandRun.of("options", "SAVEPOINT", "--markdown").out().lines())
                .startsWith("| option | default | meaning |", "|---|---|---|")
                .anyMatch(
                        line -> line.startsWith("| `frames.from` | `committed` | Where to start"));
    }

    @Test
    void saysWhenNoOptionHasTheWord() {
        CommandRun run = CommandRun.of("options", "nonsuch");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().strip())
                .isEqualTo(
                        "psconv: WORD was 'nonsuch' but no option has it in its key or meaning;"
                                + " without it all are listed");
    }
}
