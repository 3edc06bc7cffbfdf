package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void noBarWhereNobodyWouldSeeIt() {
        assertThat(Progress.bar("task", "frames", 10)).isNull();
    }

    @Test
    void drawsInOneLineAndLeavesTheTerminalAndItsSignalsAlone() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xlog:class+load:stdout",
                                "-Dpsconv.terminal=true",
                                "-Dpsconv.columns=60",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path", ".")),
                                Drawing.class.getName())
                        .start();
        List<String> loaded = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        String drawn = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(loaded)
                .anyMatch(line -> line.contains("me.tongfei.progressbar.ProgressBar "))
                .noneMatch(line -> line.contains("org.jline.terminal"));
        assertThat(drawn).startsWith("\r").contains("10/10 frames");
        assertThat(drawn.split("[\r\n]")).allMatch(line -> line.length() < 60);
    }

    /** Draws a bar of ten steps. */
    static final class Drawing {
        private Drawing() {}

        public static void main(String[] arguments) {
            try (ProgressBar bar = Objects.requireNonNull(Progress.bar("task", "frames", 10))) {
                bar.stepTo(10);
            }
        }
    }
}
