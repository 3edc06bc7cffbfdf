package io.psconv.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLocationTest {
    private final Path store;

    ModelLocationTest(@TempDir Path store) {
        this.store = store;
    }

    @Test
    void takesTheNewestVersionByNumber() throws Exception {
        publish("gates/2");
        publish("gates/10");
        publish("gates/.publishing-11");
        Files.createDirectories(store.resolve("gates/12"));
        Path newest = store.resolve("gates/10/model.safetensors");

        assertThat(ModelLocation.of(store.resolve("gates"), null).file()).isEqualTo(newest);
        assertThat(ModelLocation.of(store, "gates").file()).isEqualTo(newest);
        assertThat(ModelLocation.of(store, "gates/2").file())
                .isEqualTo(store.resolve("gates/2/model.safetensors"));
    }

    @Test
    void prefersThePathToTheName() throws Exception {
        publish("gates/1");
        publish("gates/1/other");

        assertThat(ModelLocation.of(store.resolve("gates/1"), "other").file())
                .isEqualTo(store.resolve("gates/1/model.safetensors"));
    }

    @Test
    void looksForNamesOnlyBelowThePath() throws Exception {
        publish("gates/1");
        Path other = Files.createDirectories(store.resolve("other"));

        assertThatThrownBy(() -> ModelLocation.of(other, "../gates"))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining(other.toString());
        assertThatThrownBy(() -> ModelLocation.of(store, "doors"))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("correct the path");
    }

    private void publish(String version) throws Exception {
        Path folder = Files.createDirectories(store.resolve(version));
        Files.write(folder.resolve("model.safetensors"), new byte[] {1});
    }
}
