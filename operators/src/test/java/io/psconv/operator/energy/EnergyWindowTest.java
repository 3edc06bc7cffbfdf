package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EnergyWindowTest {
    @Test
    void rejectsPartsThatDoNotSumUp() {
        assertThatThrownBy(() -> new EnergyWindow(1, 0, 1, 10, 3, 3, 3, 1, 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("joules was 10.0 but the parts are 3.0, 3.0 and 3.0");
    }

    @Test
    void rejectsNegativeParts() {
        assertThatThrownBy(() -> new EnergyWindow(1, 0, 1, 10, 11, -1, 0, 1, 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attributedJoules was -1.0 but it must be 0 or more");
    }

    @Test
    void rejectsAWindowWithoutTime() {
        assertThatThrownBy(() -> new EnergyWindow(4, 5, 5, 10, 3, 3, 4, 1, 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window 4 took 0 ns but time passes");
    }

    @Test
    void hasARateOnlyWithBusyTimeAndEnergyAboveIdle() {
        assertThat(new EnergyWindow(1, 0, 1, 10, 3, 3, 4, 1, 3, 0).hasRate()).isTrue();
        assertThat(new EnergyWindow(1, 0, 1, 10, 3, 0, 7, 0, 0, 0).hasRate()).isFalse();
        assertThat(new EnergyWindow(1, 0, 1, 10, 10, 0, 0, 1, 0, 0).hasRate()).isFalse();
    }

    @Test
    void rejectsSharesBeyondOne() {
        assertThatThrownBy(() -> new BusyShare(1.5, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("share was 1.5 but it must be between 0 and 1");
        assertThatThrownBy(() -> new BusyShare(1, Double.NaN))
                .hasMessage("error was NaN but it must be between 0 and 1");
    }
}
