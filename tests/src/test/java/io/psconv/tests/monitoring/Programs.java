package io.psconv.tests.monitoring;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine that some tests need. */
public final class Programs {
    private Programs() {}

    /** A program of Debian's package prometheus; without it the test is skipped. */
    public static Path ofPrometheus(String name) {
        Optional<Path> program =
                Stream.concat(
                                Arrays.stream(
                                                System.getenv()
                                                        .getOrDefault("PATH", "")
                                                        .split(File.pathSeparator))
                                        .map(folder -> Path.of(folder, name)),
                                Stream.of(Path.of("/usr/bin", name)))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeThat(program)
                .as("program %s; install it with: apt-get install prometheus", name)
                .isPresent();
        return program.orElseThrow();
    }
}
