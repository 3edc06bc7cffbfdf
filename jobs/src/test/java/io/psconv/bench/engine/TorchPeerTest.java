package io.psconv.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conversation with Python, which a shell script holds here. */
class TorchPeerTest {
    private static final Network NETWORK =
            Architectures.create("resnet20", new FeatureShape(3, 32, 32), 10);
    private static final Subject.AtBatch WHAT =
            new Subject.AtBatch(
                    new Subject("torch-cuda", "fp16", 1, Variant.DENSE), "channels_last", 8);

    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path folder;

    @BeforeEach
    void requireBash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    }

    @Test
    void takesItsTurnAndReportsWhatPythonMeasured() throws IOException {
        try (TorchPeer peer =
                TorchPeer.start(
                        python(
                                "echo '{\"torch\": \"2.7.1\"}'",
                                "while read -r line; do",
                                "  echo \"$line\" >> '" + folder.resolve("asked") + "'",
                                "  case $line in",
                                "    *prepare*) echo '{\"ready\": 0}' ;;",
                                "    *) echo '{\"images\": 800, \"seconds\": 0.5, \"millis\": 5}'"
                                        + " ;;",
                                "  esac",
                                "done"))) {
            Contestant candidate = peer.candidate(WHAT, NETWORK);
            candidate.warmUp(1_000_000);
            candidate.runSlice(2_000_000);
            candidate.runSlice(2_000_000);

            assertThat(candidate.measurement().imagesPerSecond()).containsExactly(1600.0, 1600.0);
            assertThat(candidate.measurement().medianMillis()).isEqualTo(5);
            assertThat(candidate.measurement().what()).isEqualTo(WHAT);
        }
        assertThat(Files.readAllLines(folder.resolve("asked")))
                .hasSize(4)
                .satisfies(
                        asked -> {
                            assertThat(asked.get(0))
                                    .contains("\"precision\":\"fp16\"", "\"batch\":8")
                                    .contains("\"kind\":\"convolution\"", "\"kind\":\"connected\"");
                            assertThat(asked.get(2)).isEqualTo("{\"run\":0,\"seconds\":0.002}");
                        });
    }

    @Test
    void saysWhatPythonLacks() throws IOException {
        String python = python("echo '{\"error\": \"this Python has no PyTorch\"}'");

        assertThatThrownBy(() -> TorchPeer.start(python))
                .isInstanceOf(IOException.class)
                .hasMessage("this Python has no PyTorch");
    }

    @Test
    void saysThatPythonEnded() throws IOException {
        String python = python("exit 3");

        assertThatThrownBy(() -> TorchPeer.start(python))
                .isInstanceOf(IOException.class)
                .hasMessage("Python ended by itself; see whether it can import torch");
    }

    @Test
    void saysThatThereIsNoPython() {
        assertThatThrownBy(() -> TorchPeer.start(folder.resolve("nothing").toString()))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "there is no '%s'; PSCONV_PYTHON may name a Python with PyTorch",
                        folder.resolve("nothing"));
    }

    @Test
    void aNetworkThatDoesNotFitIsLeftOut() throws IOException {
        try (TorchPeer peer =
                TorchPeer.start(
                        python(
                                "echo '{\"torch\": \"2.7.1\"}'",
                                "read -r line",
                                "echo '{\"error\": \"OutOfMemoryError: CUDA out of memory\"}'",
                                "read -r line"))) {
            assertThatThrownBy(() -> peer.candidate(WHAT, NETWORK))
                    .isInstanceOf(IOException.class)
                    .hasMessage("OutOfMemoryError: CUDA out of memory");
        }
    }

    private String python(String... lines) throws IOException {
        Path script = folder.resolve("python");
        Files.writeString(script, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }
}
