package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything is sent; nobody listens where these commands would send. */
class ModelsActivateCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--paired b --escalate-to c --margin 0.1 | --split, --paired and --escalate-to"
                        + " exclude each other",
                "--split b=1 --paired c | --split, --paired and --escalate-to exclude each other",
                "--weight 3 | --weight goes with --split only",
                "--margin 0.5 | --escalate-to and --margin go together",
                "--escalate-to b | --escalate-to and --margin go together",
                "--split b | --split was 'b' but it must be NAME[@VERSION]=WEIGHT",
                "--split b=many | --split was 'b=many' but it must be NAME[@VERSION]=WEIGHT"
            })
    void wrongCallsEndWith2(String options, String message) {
        CommandRun run = activate(options);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("psconv: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--at yesterday | psconv: --at was 'yesterday' but it must be now or a time, in"
                        + " milliseconds since 1970 UTC or like 2026-05-31T12:00:00Z",
                "--route Day | psconv: route was 'Day' but it must be 1 to 64",
                "--escalate-to b --margin 2 | psconv: margin of a CASCADE route was '2.0'",
                "--split b=0 | psconv: weight of model 'b' was '0' but it must be at least 1",
                "--lead 8d | psconv: leadMillis was '691200000' but it must be between 0 and"
            })
    void requestsThatNoJobCouldMeetAreNotSent(String options, String message) {
        CommandRun run = activate(options);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith(message);
    }

    @Test
    void aCropNeedsARectangleOrNone() {
        List<String> crop =
                List.of("models", "crop", "--camera", "gate", "--bootstrap-servers", "a:1");
        List<String> both = new ArrayList<>(crop);
        both.addAll(List.of("--clear", "--rectangle", "0,0,1,1"));

        assertThat(CommandRun.of(crop.toArray(String[]::new)).status()).isEqualTo(2);
        assertThat(CommandRun.of(both.toArray(String[]::new)).status()).isEqualTo(2);
    }

    private static CommandRun activate(String options) {
        List<String> arguments =
                new ArrayList<>(List.of("models", "activate", "a", "--bootstrap-servers", "a:1"));
        arguments.addAll(List.of(options.split(" ")));
        return CommandRun.of(arguments.toArray(String[]::new));
    }
}
