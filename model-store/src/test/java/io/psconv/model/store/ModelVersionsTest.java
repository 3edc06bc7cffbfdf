package io.psconv.model.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelVersionsTest {
    @Test
    void ordersByNumber() {
        ModelVersions model = new ModelVersions("a", List.of(10, 9, 1));
        assertThat(model.versions()).containsExactly(1, 9, 10);
        assertThat(model.newest()).isEqualTo(10);
    }

    @Test
    void rejectsAModelWithoutVersions() {
        assertThatThrownBy(() -> new ModelVersions("a", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("versions of model 'a' were empty but there must be at least one");
    }
}
