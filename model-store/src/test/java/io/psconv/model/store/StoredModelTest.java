package io.psconv.model.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StoredModelTest {
    private static final String DIGEST = "0a".repeat(32);

    @Test
    void namesItsVersion() {
        assertThat(new StoredModel("a", 3, Path.of("x"), DIGEST).reference()).isEqualTo("a@3");
    }

    @Test
    void rejectsWrongParts() {
        assertThatThrownBy(() -> new StoredModel("A", 3, Path.of("x"), DIGEST))
                .hasMessageContaining("model name was 'A'");
        assertThatThrownBy(() -> new StoredModel("a", 0, Path.of("x"), DIGEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version of model 'a' was '0' but it must be at least 1");
        assertThatThrownBy(() -> new StoredModel("a", 1, Path.of("x"), "0A".repeat(32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but it must be 64 lower-case hexadecimal digits");
    }
}
