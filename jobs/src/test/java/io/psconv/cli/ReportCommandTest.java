package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    @Test
    void writesThePage(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("page.html");

        CommandRun run =
                CommandRun.of(
                        "report",
                        "--from",
                        sample(folder, "results.json"),
                        "--output",
                        page.toString());

        assertThat(run.status()).isZero();
        assertThat(run.out().strip()).isEqualTo("wrote " + page);
        assertThat(run.err()).isEmpty();
        assertThat(page).content().contains("resnet18-psd1_p16@2").doesNotContain("baseline of");
    }

    @Test
    void laysItBesideABaseline(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("page.html");

        CommandRun run =
                CommandRun.of(
                        "report",
                        "--from",
                        sample(folder, "results.json"),
                        "--baseline",
                        sample(folder, "baseline.json"),
                        "--output",
                        page.toString());

        assertThat(run.status()).isZero();
        assertThat(page).content().contains("Against the baseline of 2026-11-14 09:03 UTC");
    }

    @Test
    void whatIsWrongInAFileIsOneLine(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"kind\":\"recipe\"}");

        CommandRun run = CommandRun.of("report", "--from", broken.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly(
                        "psconv: '"
                                + broken
                                + "': kind was 'recipe' but it must be 'psconv-pipeline-bench'");
        assertThat(CommandRun.of("report", "--from", folder.resolve("none").toString()).err())
                .contains("none' does not exist");
    }

    @Test
    void doesNotOverwriteWhatItReads(@TempDir Path folder) throws IOException {
        String results = sample(folder, "results.json");

        CommandRun run = CommandRun.of("report", "--from", results, "--output", results);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("but it must be another file than that of --from");
        assertThat(Path.of(results)).content().startsWith("{");
    }

    @Test
    void fromIsRequired() {
        CommandRun run = CommandRun.of("report");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--from");
    }

    private static String sample(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream stream =
                ReportCommandTest.class.getResourceAsStream("/io/psconv/bench/report/" + name)) {
            Files.write(file, Objects.requireNonNull(stream, name).readAllBytes());
        }
        return file.toString();
    }
}
