package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceTimesTest {
    @Test
    void knowsNothingAtFirst() {
        assertThat(new ServiceTimes(32).estimate(8)).isZero();
    }

    @Test
    void keepsTheTimesOfEachPowerOfTwoApart() {
        ServiceTimes times = new ServiceTimes(32);
        times.record(1, 1_000);
        times.record(5, 6_000);
        times.record(32, 20_000);

        assertThat(times.estimate(1)).isEqualTo(1_000);
        assertThat(times.estimate(8)).isEqualTo(6_000);
        assertThat(times.estimate(17)).isEqualTo(20_000);
        assertThat(times.estimate(3)).isEqualTo(6_000);
    }

    @Test
    void growsInProportionBeyondWhatIsKnown() {
        ServiceTimes times = new ServiceTimes(32);
        times.record(2, 1_000);

        assertThat(times.estimate(16)).isEqualTo(8_000);
    }

    @Test
    void followsWhatChanges() {
        ServiceTimes times = new ServiceTimes(8);
        times.record(8, 1_000);
        for (int batch = 0; batch < 40; batch++) {
            times.record(8, 3_000);
        }

        assertThat(times.estimate(8)).isBetween(2_990L, 3_000L);
    }
}
