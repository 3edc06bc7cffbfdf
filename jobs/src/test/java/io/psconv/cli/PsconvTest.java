package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PsconvTest {
    @Test
    void helpGoesToStandardOutput() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("Usage: psconv").contains("produce").contains("--verbose");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void everySubcommandHasHelp() {
        CommandRun run = CommandRun.of("produce", "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("Usage: psconv produce").contains("--bootstrap-servers");
    }

    @Test
    void versionIsTheBuilds() {
        CommandRun run = CommandRun.of("--version");

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("psconv ").doesNotContain("unknown", "${");
    }

    @Test
    void noSubcommandIsAWrongCall() {
        CommandRun run = CommandRun.of();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("psconv: Missing required subcommand")
                .contains("Usage: psconv");
        assertThat(CommandRun.of("models").err()).contains("Usage: psconv models");
    }

    @Test
    void helpIsACommandToo() {
        CommandRun run = CommandRun.of("help", "produce");

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo(CommandRun.of("produce", "--help").out());
        assertThat(CommandRun.of("help").out()).isEqualTo(CommandRun.of("--help").out());
    }

    /** What was wrong is not to be looked for above a page of help. */
    @Test
    void aWrongCallIsSaidInTwoLines() {
        assertThat(CommandRun.of("bench", "engine", "--rounds", "many").err().lines())
                .containsExactly(
                        "psconv: Invalid value for option '--rounds': 'many' is not an int",
                        "See 'psconv bench engine --help' for what it takes.");
        assertThat(CommandRun.of("bench", "engine", "--verbos").err())
                .startsWith("psconv: Unknown option: '--verbos'")
                .contains("Possible solutions: --verbose")
                .doesNotContain("Usage:");
    }

    @Test
    void anEmptyNameIsNotThisFolder() {
        assertThat(CommandRun.of("layout", "--to", "").err().lines())
                .containsExactly(
                        "psconv: Invalid value for option '--to': '' is no file's or folder's name; ."
                                + " is this folder's",
                        "See 'psconv layout --help' for what it takes.");
    }

    /** Before a broker and a cluster start. */
    @Test
    void theDemoLooksAtWhatItIsToldFirst() {
        CommandRun rate = CommandRun.of("demo", "--rate", "0");
        CommandRun engine = CommandRun.of("demo", "--engine", "steam");

        assertThat(rate.status()).isEqualTo(1);
        assertThat(rate.err().lines())
                .containsExactly(
                        "psconv: --rate was '0.0' but it must be above 0 and at most 1000000.0"
                                + " frames a second");
        assertThat(engine.status()).isEqualTo(1);
        assertThat(engine.err()).contains("classify.engine", "steam").doesNotContain("starting");
    }

    @Test
    void anUnknownOptionIsAWrongCall() {
        assertThat(CommandRun.of("produce", "--frames").status()).isEqualTo(2);
        assertThat(CommandRun.of("prodce").err()).contains("'prodce'");
    }

    @Test
    void aFailureIsOneLine(@TempDir Path folder) {
        CommandRun run =
                CommandRun.of("produce", "--bootstrap-servers", "a:1", "--dir", folder.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly(
                        "psconv: '"
                                + folder
                                + "' has no images; they must end in .jpg, .jpeg, .png, .bmp or"
                                + " .gif");
    }

    @Test
    void verboseAddsTheStackTrace(@TempDir Path folder) {
        CommandRun run =
                CommandRun.of(
                        "produce",
                        "--verbose",
                        "--bootstrap-servers",
                        "a:1",
                        "--dir",
                        folder.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("\tat io.psconv.cli.").contains("psconv: '" + folder);
    }

    @Test
    void wrappersAreLookedThrough() {
        Exception telling = new IllegalStateException("the reason,\n  on two lines");

        assertThat(
                        FailureMessage.of(
                                new ExecutionException(new FlinkException("Job failed", telling))))
                .isEqualTo("the reason, on two lines");
        assertThat(FailureMessage.of(new UncheckedIOException(new NoSuchFileException("x"))))
                .isEqualTo("'x' does not exist");
        assertThat(FailureMessage.of(new FlinkException("alone"))).isEqualTo("alone");
        assertThat(FailureMessage.of(new IOException())).isEqualTo("IOException; see --verbose");
    }

    @Test
    void framesOfAFolderComeByName(@TempDir Path folder) throws IOException {
        for (String name : new String[] {"b.PNG", "a.jpg", "notes.txt", "c.gif"}) {
            Files.writeString(folder.resolve(name), name);
        }
        Files.createDirectory(folder.resolve("d.jpg"));

        try (FrameFiles files = FrameFiles.open(folder)) {
            assertThat(FrameFiles.count(folder)).isEqualTo(3);
            assertThat(next(files)).isEqualTo("image/jpeg a.jpg");
            assertThat(next(files)).isEqualTo("image/png b.PNG");
            assertThat(next(files)).isEqualTo("image/gif c.gif");
            assertThat(files.next()).isNull();
        }
    }

    private static String next(FrameFiles files) throws IOException {
        FrameFiles.StoredFrame frame = java.util.Objects.requireNonNull(files.next());
        return frame.contentType()
                + " "
                + new String(frame.bytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
