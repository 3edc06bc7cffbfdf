package io.psconv.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.SampleModels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds without PyTorch, which this module does not have; the rest is tested in tests. */
class PyTorchEngineTest {
    private static final List<String> PROPERTIES =
            List.of(
                    "ai.djl.pytorch.num_threads",
                    "ai.djl.pytorch.num_interop_threads",
                    "ai.djl.offline");

    private final Map<String, String> before = new HashMap<>();

    @BeforeEach
    void clear() {
        for (String property : PROPERTIES) {
            String value = System.clearProperty(property);
            if (value != null) {
                before.put(property, value);
            }
        }
    }

    @AfterEach
    void restore() {
        PROPERTIES.forEach(System::clearProperty);
        before.forEach(System::setProperty);
    }

    @Test
    void setsThreadsForTheProcessAndKeepsDjlFromTheNetwork() {
        assertThat(new PyTorchEngine(3).name()).isEqualTo("djl-pytorch");
        assertThat(PROPERTIES.stream().map(System::getProperty)).containsExactly("3", "1", "true");
    }

    @Test
    void leavesWhatTheUserSet() {
        System.setProperty("ai.djl.pytorch.num_threads", "8");
        System.setProperty("ai.djl.offline", "false");
        assertThat(new PyTorchEngine(3).name()).isEqualTo("djl-pytorch");
        assertThat(PROPERTIES.stream().map(System::getProperty)).containsExactly("8", "1", "false");
    }

    @Test
    void refusesNoThreads() {
        assertThatThrownBy(() -> new PyTorchEngine(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads was '0' but it must be at least 1");
    }

    @Test
    void saysWhatItLacksWithoutPyTorch() {
        PyTorchEngine engine = new PyTorchEngine(1);
        assertThatThrownBy(() -> engine.load(SampleModels.resnet20("PS1_P9")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "engine was 'djl-pytorch' but PyTorch could not be loaded: ")
                .hasMessageContaining("ai.djl.pytorch:pytorch-native-cpu");
    }
}
