package io.psconv.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psconv.layout.CommandFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that is copied to a machine with a GPU, and its check where there is none. */
class GpuCheckTest {
    private static final Path ROOT = DockerFiles.FOLDER.resolveSibling("");

    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path temporary;

    @BeforeEach
    void requireBash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    }

    @Test
    void theCheckOfABundleSaysThatThereIsNoDevice() throws Exception {
        assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a driver of NVIDIA's");
        Path folder = temporary.resolve("a bundle");
        int libraries = new CommandFolder(folder).write(CommandFolder.ownClassPath(), ROOT);
        assertThat(libraries).isGreaterThan(20);

        DockerFiles.Output output = run(folder.resolve("check.sh"));

        assertThat(output.text())
                .contains(
                        "psconv: there is no CUDA device to check: engine was 'cuda' but the"
                                + " library of NVIDIA's driver, libcuda.so.1, cannot be loaded",
                        "check.sh: no CUDA device was found, so nothing was checked");
        assertThat(output.status()).isEqualTo(3);
        assertThat(temporary.resolve("gpu-check.json")).doesNotExist();
    }

    @Test
    void passesItsArgumentsOn() throws Exception {
        Files.copy(ROOT.resolve("tests/gpu/check.sh"), temporary.resolve("check.sh"));
        assertThat(temporary.resolve("check.sh").toFile().setExecutable(true)).isTrue();
        Path psconv = temporary.resolve("psconv");
        Files.writeString(psconv, "#!/bin/bash\necho \"$*\"\nexit 1\n");
        assertThat(psconv.toFile().setExecutable(true)).isTrue();

        assertThat(run(temporary.resolve("check.sh"), "--quick"))
                .isEqualTo(new DockerFiles.Output(1, "gpu-check --json gpu-check.json --quick\n"));
        assertThat(run(temporary.resolve("check.sh"), "--json", "a b"))
                .isEqualTo(new DockerFiles.Output(1, "gpu-check --json a b\n"));
    }

    private DockerFiles.Output run(Path script, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(script.toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(temporary.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return DockerFiles.run(builder);
    }
}
