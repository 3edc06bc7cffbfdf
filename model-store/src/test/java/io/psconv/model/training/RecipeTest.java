package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecipeTest {
    /** Checkpoints hold this text: if it changes, earlier ones cannot be gone on with. */
    @Test
    void keepsTheFormOfItsText() {
        assertThat(RegressionEngine.recipe(TrainingLength.ofTime(Duration.ofMinutes(45))).text())
                .isEqualTo(
                        "network regression 1x8x8 to 3 classes; variant dense; initial random;"
                                + " length PT45M; batch 8; learning-rate 0.05; schedule one-cycle;"
                                + " momentum 0.9; nesterov true; weight-decay 5.0E-4;"
                                + " label-smoothing 0.1; augment true; validation 0.0; seed 3");
    }

    @Test
    void differsWhateverOfTheTwoHasMore() {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(2));

        assertThat(recipe.differences(recipe.text())).isEmpty();
        assertThat(recipe.differences(recipe.text() + "; mixup 0.4"))
                .containsExactly("mixup '0.4' and not ''");
        assertThat(recipe.differences(recipe.text().replace("; seed 3", "")))
                .containsExactly("seed '' and not '3'");
    }

    @Test
    void rejectsLengthsThatAreNone() {
        assertThatThrownBy(() -> TrainingLength.ofEpochs(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'0' epochs");
        assertThatThrownBy(() -> TrainingLength.ofTime(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time 'PT-1S'");
    }
}
