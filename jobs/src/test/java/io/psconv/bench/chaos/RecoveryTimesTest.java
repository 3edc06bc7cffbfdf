package io.psconv.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecoveryTimesTest {
    private final RecoveryTimes times = new RecoveryTimes();

    @Test
    void endsWithTheFirstFrameDueAfterTheKill() {
        times.killed(10_000);
        times.visible(9_999, 12_000);
        assertThat(times.recovered()).isZero();

        times.visible(10_000, 14_500);
        times.visible(10_100, 20_000);

        assertThat(times.recovered()).isEqualTo(1);
        assertThat(times.median()).isEqualTo(4.5);
        assertThat(times.longest()).isEqualTo(4.5);
    }

    @Test
    void countsKillsInOneBreathEach() {
        times.killed(10_000);
        times.killed(11_000);
        times.visible(10_500, 15_000);
        times.killed(13_000);
        times.visible(13_000, 16_000);

        assertThat(times.recovered()).isEqualTo(3);
        assertThat(times.median()).isEqualTo(5.0);
        assertThat(times.longest()).isEqualTo(5.0);
    }

    @Test
    void isZeroWithoutKills() {
        times.visible(1, 2);

        assertThat(times.median()).isZero();
        assertThat(times.longest()).isZero();
    }
}
