package io.psconv.model.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "resnet18-psd1_p16", "v1.2", "0"})
    void acceptsItsForm(String name) {
        assertThat(ModelName.check(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "../a", "a/b", "/a", "a\\b", "A", "a b", ".hidden", "a\n", "ä", "-a"
            })
    void rejectsOthers(String name) {
        assertThatThrownBy(() -> ModelName.check(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("model name was '" + name + "' but it must be 1 to 100");
    }

    @Test
    void boundsTheLength() {
        assertThat(ModelName.isValid("a".repeat(100))).isTrue();
        assertThat(ModelName.isValid("a".repeat(101))).isFalse();
    }
}
