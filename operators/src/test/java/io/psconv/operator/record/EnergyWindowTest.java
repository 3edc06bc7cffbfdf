package io.psconv.operator.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EnergyWindowTest {
    @Test
    void rejectsPartsThatDoNotSumUp() {
        assertThatThrownBy(() -> window(1, 0, 1, 10, 3, 3, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("joules was 10.0 but the parts are 3.0, 3.0 and 3.0");
    }

    @Test
    void rejectsNegativeParts() {
        assertThatThrownBy(() -> window(1, 0, 1, 10, 11, -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attributedJoules was -1.0 but it must be 0 or more, and finite");
    }

    @Test
    void rejectsAWindowWithoutTime() {
        assertThatThrownBy(
                        () ->
                                new EnergyWindow(
                                        "a", "host", "rapl", 4, 5, 5, 0, 10, 3, 3, 4, 1, 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window 4 took 0 ns but time passes");
    }

    @Test
    void hasARateOnlyWithBusyTimeAndEnergyAboveIdle() {
        assertThat(window(1, 0, 1, 10, 3, 3, 4).hasRate()).isTrue();
        assertThat(new EnergyWindow("a", "b", "c", 1, 0, 0, 1, 10, 3, 0, 7, 0, 0, 0).hasRate())
                .isFalse();
        assertThat(window(1, 0, 1, 10, 10, 0, 0).hasRate()).isFalse();
    }

    @Test
    void rejectsWhatNamesNoWindow() {
        assertThatThrownBy(
                        () -> new EnergyWindow("", "host", "rapl", 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0))
                .hasMessage("ledger was '' but it must not be empty");
        assertThatThrownBy(() -> window(0, 0, 1, 10, 3, 3, 4))
                .hasMessage("number was 0 but windows are counted from 1");
        assertThatThrownBy(() -> window(1, 7, 6, 10, 3, 3, 4))
                .hasMessage("endMillis was 6 but the window started at 7; it must not end before");
    }

    @Test
    void rejectsWhatIsNotFinite() {
        double infinite = Double.POSITIVE_INFINITY;
        assertThatThrownBy(() -> window(1, 0, 1, infinite, infinite, 0, 0))
                .hasMessage("joules was Infinity but it must be 0 or more, and finite");
    }

    @Test
    void addsUpTwoChargesOfALedger() {
        FrameEnergy first = new FrameEnergy(1, "rapl", 4, 0.25, "a", 5, 100);
        FrameEnergy second = new FrameEnergy(2, "rapl", 5, 0.5, "a", 6, 1_000);

        assertThat(first.plus(second))
                .isEqualTo(new FrameEnergy(3, "rapl", 5, 0.75, "a", 6, 1_100));
        assertThatThrownBy(() -> first.plus(new FrameEnergy(2, "rapl", 5, 0.5, "b", 6, 1_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "charges of ledger 'a' (rapl) and of 'b' (rapl) cannot be added up; only"
                                + " those of one can");
    }

    private static EnergyWindow window(
            long number,
            long startMillis,
            long endMillis,
            double joules,
            double idle,
            double attributed,
            double unattributed) {
        return new EnergyWindow(
                "a",
                "host",
                "rapl",
                number,
                startMillis,
                endMillis,
                1_000_000,
                joules,
                idle,
                attributed,
                unattributed,
                1,
                3,
                0);
    }
}
