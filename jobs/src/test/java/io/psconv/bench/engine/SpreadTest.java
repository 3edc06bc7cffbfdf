package io.psconv.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void isTheMiddleOfAnOddNumber() {
        assertThat(Spread.of(List.of(5.0, 1.0, 3.0))).isEqualTo(new Spread(3, 1, 5));
    }

    @Test
    void isTheMeanOfTheMiddleTwoOfAnEvenNumber() {
        assertThat(Spread.of(List.of(8.0, 1.0, 3.0, 4.0))).isEqualTo(new Spread(3.5, 1, 8));
    }

    @Test
    void dividesRoundByRound() {
        // The ratio of the medians would be 30 / 20.
        assertThat(Spread.ofRatios(List.of(30.0, 10.0, 80.0), List.of(10.0, 20.0, 40.0)))
                .isEqualTo(new Spread(2, 0.5, 3));
    }

    @Test
    void leavesOutARoundThatOneOfTheTwoHasNot() {
        assertThat(Spread.ofRatios(List.of(30.0, 10.0), List.of(10.0)))
                .isEqualTo(new Spread(3, 3, 3));
    }

    @Test
    void scales() {
        assertThat(new Spread(2, 1, 4).times(0.5)).isEqualTo(new Spread(1, 0.5, 2));
    }

    @Test
    void refusesNothing() {
        assertThatThrownBy(() -> Spread.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values were none but a median needs at least one");
    }
}
