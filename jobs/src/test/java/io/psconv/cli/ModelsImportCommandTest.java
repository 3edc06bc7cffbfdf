package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong whatever the weights are, and so said before they are read. */
class ModelsImportCommandTest {
    private final Path folder;

    ModelsImportCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "124,116,103|58,57,57|--mean was '124.0' but it must be between 0 and 1; divide",
                "0.5,0.5,0.5|58,57,57|--std was '58.0' but it must be between 0 and 1; divide",
                "NaN,0.5,0.5|0.2,0.2,0.2|--mean was 'NaN' but it must be between 0 and 1; divide"
            })
    void normalisationIsInSharesOfFullBrightness(String mean, String std, String message) {
        CommandRun run = importing("--mean", mean, "--std", std);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({"'car,truck,car',twice", "'car,,truck',as a name"})
    void labelsAreNamesOfTheirOwn(String labels, String what) {
        CommandRun run = importing("--labels", labels);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("--labels had", what, "each class needs a name of its own");
    }

    @Test
    void aStoreHasAName() {
        CommandRun run = CommandRun.of("models", "list", "--store", "");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "option '--store'", "'' is no file's or folder's name; . is this folder's");
    }

    private CommandRun importing(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "models",
                                "import",
                                folder.resolve("none.safetensors").toString(),
                                "--name=lamp",
                                "--architecture=resnet18",
                                "--dataset=cameras",
                                "--store=" + folder));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(new String[0]));
    }
}
