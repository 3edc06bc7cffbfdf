package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class OutputFileTest {
    private final Path folder;

    OutputFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void isAFileOfAFolderThatIsThere() throws IOException {
        Path file = folder.resolve("figures.json");

        assertThat(new OutputFile().convert(file.toString())).isEqualTo(file);
        Files.writeString(file, "earlier");
        assertThat(new OutputFile().convert(file.toString())).isEqualTo(file);
        assertThat(new OutputFile().convert("figures.json")).isEqualTo(Path.of("figures.json"));
        assertThat(file).hasContent("earlier");
    }

    @Test
    void isNoFolderAndInNoneThatIsMissing() {
        assertThatThrownBy(() -> new OutputFile().convert(folder.toString()))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + folder + "' is a folder; name a file");
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> new OutputFile().convert(none.resolve("x.json").toString()))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage(
                        "'"
                                + none.resolve("x.json")
                                + "' cannot be written: there is no folder '"
                                + none
                                + "'");
        assertThatThrownBy(() -> new OutputFile().convert(" "))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("' ' is no file's or folder's name; . is this folder's");
    }

    /** Nothing is measured before. */
    @ParameterizedTest
    @CsvSource({
        "demo,--json",
        "bench engine,--json",
        "bench training,--json",
        "bench pipeline,--json",
        "bench pipeline,--html",
        "chaos,--json",
        "gpu-check,--json"
    })
    void isLookedAtBeforeLongWork(String command, String option) {
        String[] words = (command + " " + option + " " + folder).split(" ");

        CommandRun run = CommandRun.of(words);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("Invalid value for option '" + option + "'")
                .contains("'" + folder + "' is a folder; name a file");
    }
}
