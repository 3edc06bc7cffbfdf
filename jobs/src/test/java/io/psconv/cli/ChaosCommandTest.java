package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is said before anything starts. */
class ChaosCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --minutes     | 0.3           | --minutes was '0.3' but it must be between 0.4 and 1440
                    --minutes     | NaN           | --minutes was 'NaN' but it must be between 0.4 and 1440
                    --models      | resnet20      | model was 'resnet20' but store
                    """)
    void saysWhatIsWrong(String option, String value, String message) {
        CommandRun run = chaos(option, value);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("psconv: " + message);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void textForANumberIsAWrongCall() {
        assertThat(chaos("--seed", "lucky").status()).isEqualTo(2);
    }

    private static CommandRun chaos(String... arguments) {
        Path zoo = Path.of(System.getProperty("psconv.root"), "model-store", "zoo");
        List<String> all = new ArrayList<>(List.of("chaos", "--store", zoo.toString()));
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
