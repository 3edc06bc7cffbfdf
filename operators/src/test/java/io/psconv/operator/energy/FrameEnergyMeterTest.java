package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FrameEnergyMeterTest {
    @Test
    void noneChargesNothing() {
        FrameEnergyMeter none = FrameEnergyMeter.none();

        assertThat(none.charge(1_000_000, 1)).isNull();
        assertThat(none.source()).isEqualTo("none");
        assertThatThrownBy(() -> none.charge(1_000_000, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batchSize was 0 but it must be 1 or more");
    }

    @Test
    void roundsAFramesShareUpSoThatNothingOfTheBatchIsLost() {
        assertThat(FrameEnergyMeter.frameNanos(0, 3)).isZero();
        assertThat(FrameEnergyMeter.frameNanos(9, 3)).isEqualTo(3);
        assertThat(FrameEnergyMeter.frameNanos(10, 3)).isEqualTo(4);
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
