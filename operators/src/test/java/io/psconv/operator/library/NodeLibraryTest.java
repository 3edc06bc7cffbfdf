package io.psconv.operator.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.node.NodeBuild;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLibraryTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path folder;

    @Test
    void isThereWhereItWasBuilt() {
        assertThatCode(NodeLibrary::require).doesNotThrowAnyException();
        assertThat(NodeBuild.own()).matches("\\p{XDigit}{64}");
    }

    @Test
    void takesAJobOfTheSameBuild() throws IOException {
        try (URLClassLoader loader = loader("0123", "0123")) {
            assertThatCode(() -> NodeLibrary.require(loader)).doesNotThrowAnyException();
        }
    }

    @Test
    void saysThatTheLibraryIsMissing() throws IOException {
        try (URLClassLoader loader = loader("0123", null)) {
            assertThatThrownBy(() -> NodeLibrary.require(loader))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("psconv-node.jar was not found in lib/;")
                    .hasMessageContaining("lay the cluster out again with psconv layout");
        }
    }

    @Test
    void saysWhichBuildsDiffer() throws IOException {
        try (URLClassLoader loader = loader("0123", "4567")) {
            assertThatThrownBy(() -> NodeLibrary.require(loader))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "psconv-node.jar in lib/ was of build '4567' but the job was made with"
                                    + " build '0123'; ");
        }
    }

    private URLClassLoader loader(String wanted, @Nullable String there) throws IOException {
        write("library", wanted);
        if (there != null) {
            write("node", there);
        }
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    }

    private void write(String part, String digest) throws IOException {
        Path parent = Files.createDirectories(folder.resolve("io/psconv/operator/" + part));
        Files.writeString(parent.resolve("build.properties"), "digest=" + digest + "\n");
    }
}
