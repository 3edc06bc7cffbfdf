package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.CompressedModel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportFileTest {
    private final CompressedModel model = SmallNetwork.model();

    private final Path folder;

    ExportFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void writesTheFormatsBytesAndNothingElse(ExportFormat format) throws IOException {
        Path file = folder.resolve("model");

        long bytes = ExportFile.write(format, model, "m", file, false);

        assertThat(file).hasBinaryContent(format.exporter().toBytes(model, "m"));
        assertThat(bytes).isEqualTo(Files.size(file));
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void replacesAFileOnlyIfItMay() throws IOException {
        Path file = Files.writeString(folder.resolve("model"), "mine");

        assertThatThrownBy(() -> ExportFile.write(ExportFormat.ONNX, model, "m", file, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "output was '"
                                + file
                                + "' but that file exists; name another, or allow it to be"
                                + " replaced");
        assertThat(file).hasContent("mine");

        ExportFile.write(ExportFormat.ONNX, model, "m", file, true);
        assertThat(file).hasBinaryContent(new OnnxExporter().toBytes(model, "m"));
    }

    @Test
    void replacesTheFileBehindALink() throws IOException {
        Path file = Files.writeString(folder.resolve("model"), "mine");
        Path link = Files.createSymbolicLink(folder.resolve("newest"), file);

        ExportFile.write(ExportFormat.ONNX, model, "m", link, true);

        assertThat(link).isSymbolicLink();
        assertThat(file).hasBinaryContent(new OnnxExporter().toBytes(model, "m"));
    }

    @Test
    void takesNoSocketForAFile() throws IOException {
        Path file = folder.resolve("socket");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(file));

            assertThatThrownBy(() -> ExportFile.write(ExportFormat.ONNX, model, "m", file, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "output was '"
                                    + file
                                    + "' but that is a device, pipe or socket, which would be lost;"
                                    + " name a file");
        }
        assertThat(file).exists();
        assertThat(Files.isRegularFile(file)).isFalse();
    }

    @Test
    void leavesWhatWasThereIfTheModelCannotBeExported() throws IOException {
        Path file = Files.writeString(folder.resolve("model"), "mine");

        assertThatThrownBy(
                        () ->
                                ExportFile.write(
                                        ExportFormat.TORCHSCRIPT,
                                        SmallNetwork.goingOn(),
                                        "m",
                                        file,
                                        true))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(file).hasContent("mine");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void namesAFolderThatIsMissingOrInTheWay() {
        Path missing = folder.resolve("none");
        assertThatThrownBy(
                        () ->
                                ExportFile.write(
                                        ExportFormat.ONNX, model, "m", missing.resolve("x"), false))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
        assertThatThrownBy(() -> ExportFile.write(ExportFormat.ONNX, model, "m", folder, true))
                .hasMessage("output was '" + folder + "' but that is a folder; name a file in it");
    }
}
