package io.psconv.bench.chaos;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {
    private static final List<StoredModel> MODELS =
            List.of(new StoredModel("net", 1, Path.of("model.safetensors"), "0".repeat(64)));

    @Test
    void refusesNoModels() {
        assertThatThrownBy(() -> plan(40, 2, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("models was empty but one must serve");
    }

    @Test
    void refusesNoSubtasks() {
        assertThatThrownBy(() -> plan(40, 0, MODELS))
                .hasMessage("parallelism was '0' but it must be positive");
    }

    @Test
    void refusesARateThatIsNone() {
        assertThatThrownBy(() -> plan(0, 2, MODELS))
                .hasMessage("rate was '0.0' but it must be above 0 frames/s");
        assertThatThrownBy(() -> plan(Double.NaN, 2, MODELS))
                .hasMessage("rate was 'NaN' but it must be above 0 frames/s");
    }

    private static ChaosPlan plan(double rate, int parallelism, List<StoredModel> models) {
        return new ChaosPlan(
                Duration.ofMinutes(5),
                7,
                rate,
                parallelism,
                Path.of("zoo"),
                models,
                List.of(new byte[1]),
                null);
    }
}
