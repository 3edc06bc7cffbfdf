package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {
    @ParameterizedTest
    @CsvSource({
        "one-cycle, 0, 0.1",
        "one-cycle, 0.115, 0.55",
        "one-cycle, 0.23, 1",
        "one-cycle, 0.615, 0.5",
        "one-cycle, 1, 0",
        "step, 0, 1",
        "step, 0.2666, 1",
        "step, 0.2667, 0.2",
        "step, 0.54, 0.04",
        "step, 0.67, 0.008",
        "step, 0.99, 0.000064",
        "constant, 0.99, 1"
    })
    void movesAsPublished(String name, double progress, double factor) {
        assertThat(LearningRateSchedule.of(name).factor(progress)).isCloseTo(factor, within(1e-9));
    }

    @Test
    void rejectsAnUnknownName() {
        assertThatThrownBy(() -> LearningRateSchedule.of("cosine"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "learning rate schedule was 'cosine' but it must be one of [one-cycle,"
                                + " step, constant]");
    }
}
