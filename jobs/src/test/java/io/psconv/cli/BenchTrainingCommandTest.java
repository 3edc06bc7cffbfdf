package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTrainingCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --network   | lenet    | network was 'lenet' but it must be one of
                    --variants  | PS3_P3   | variant was 'PS3_P3' but it must be one of
                    --engines   | tflite   | engine was 'tflite' but it must be one of
                    --threads   | 0        | threads was '0' but it must be between 1 and 1024
                    --batch     | 5000     | batch was '5000' but it must be between 1 and 4096
                    --rounds    | 0        | rounds was '0' but it must be between 1 and 10000
                    --steps     | 0        | steps was '0' but it must be between 1 and 10000
                    --warmup    | 0        | warmup was '0' but it must be between 1 and 10000
                    """)
    void saysWhatIsWrong(String option, String value, String message) {
        CommandRun run = CommandRun.of("bench", "training", option, value);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("psconv: " + message);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void saysWhichLibraryThePeerLacks() {
        CommandRun run = CommandRun.of("bench", "training", "--engines=djl-pytorch");

        assertThat(run.status()).as("nothing was measured").isEqualTo(1);
        assertThat(run.err()).contains("psconv: training for 0 turns");
        assertThat(run.out())
                .contains(
                        "skipped djl-pytorch: engine was 'djl-pytorch' but its library is not on"
                                + " the class path; add ai.djl.pytorch:pytorch-engine");
    }
}
