package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void stepsAreOneTwoOrFive() {
        assertThat(LinearScale.covering(0, 771, 4, 0, 100).ticks())
                .containsExactly(0.0, 200.0, 400.0, 600.0, 800.0);
        assertThat(LinearScale.covering(0, 100, 4, 0, 100).ticks())
                .containsExactly(0.0, 50.0, 100.0);
        assertThat(LinearScale.covering(89.8, 94.4, 5, 0, 1).ticks())
                .containsExactly(89.0, 90.0, 91.0, 92.0, 93.0, 94.0, 95.0);
    }

    @Test
    void linearPositionsAreProportional() {
        Scale scale = LinearScale.covering(0, 100, 5, 300, 100);

        assertThat(scale.at(0)).isEqualTo(300);
        assertThat(scale.at(25)).isEqualTo(250);
        assertThat(scale.at(100)).isEqualTo(100);
        assertThat(scale.at(1e9)).as("beyond the axis").isEqualTo(100);
    }

    @Test
    void oneValueStillHasAnAxis() {
        assertThat(LinearScale.covering(0, 0, 4, 0, 1).ticks()).hasSizeGreaterThan(1);
        assertThat(LinearScale.covering(5, 5, 4, 0, 1).at(5)).isBetween(0.0, 1.0);
        assertThat(LogScale.covering(3, 3, 0, 1).at(3)).isBetween(0.0, 1.0);
    }

    @Test
    void equalRatiosAreEquallyFarApart() {
        Scale scale = LogScale.covering(1, 1_000, 0, 300);

        assertThat(scale.at(10)).isCloseTo(100, within(1e-9));
        assertThat(scale.at(100)).isCloseTo(200, within(1e-9));
        assertThat(scale.ticks().get(0)).isEqualTo(1);
        assertThat(scale.at(0)).as("below the axis").isEqualTo(0);
    }

    @Test
    void aLogarithmicAxisHasNoZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogScale.covering(0, 10, 0, 1))
                .withMessage("values were 0.0 to 10.0 but they must be above 0");
    }

    @Test
    void ticksAreFewAscendAndLieOnTheAxis() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            double least = Math.pow(10, random.nextDouble() * 12 - 6);
            double most = least * (1 + Math.pow(10, random.nextDouble() * 9 - 3));
            for (Scale scale :
                    List.of(
                            LinearScale.covering(0, most, 4, 40, 360),
                            LinearScale.covering(least, most, 5, 40, 360),
                            LogScale.covering(least, most, 40, 360))) {
                String what = scale.getClass() + " " + least + " to " + most + ", seed " + seed;
                assertThat(scale.ticks()).as(what).hasSizeBetween(1, 9).isSorted();
                assertThat(scale.ticks()).as(what).doesNotHaveDuplicates();
                assertThat(scale.at(least)).as(what).isBetween(40.0, 360.0);
                assertThat(scale.at(most)).as(what).isBetween(40.0, 360.0);
                assertThat(scale.at(most)).as(what).isGreaterThanOrEqualTo(scale.at(least));
                for (double tick : scale.ticks()) {
                    assertThat(scale.at(tick)).as(what).isBetween(40.0 - 1e-6, 360.0 + 1e-6);
                }
            }
        }
    }
}
