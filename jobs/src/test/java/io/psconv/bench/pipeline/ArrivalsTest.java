package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArrivalsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource
    void keepsTheMeanRateAndTheOrder(Arrivals arrivals) {
        long[] due = arrivals.schedule(200, MINUTE, 7);

        assertThat(due).hasSize(12_000).isSorted();
        assertThat(due[0]).isZero();
        // Of twelve thousand exponential distances the sum varies by about one in a hundred.
        assertThat(due[due.length - 1] / 1e9).isCloseTo(60, within(2.5));
    }

    @ParameterizedTest
    @EnumSource
    void isTheSameForTheSameSeed(Arrivals arrivals) {
        long[] first = arrivals.schedule(50, MINUTE, 3);

        assertThat(arrivals.schedule(50, MINUTE, 3)).isEqualTo(first);
    }

    @Test
    void constantFramesAreEquallyFarApart() {
        assertThat(Arrivals.CONSTANT.schedule(4, Duration.ofSeconds(1), 1))
                .containsExactly(0, 250_000_000, 500_000_000, 750_000_000);
    }

    @Test
    void distancesOfPoissonArrivalsVaryAsMuchAsTheyAreLong() {
        double[] gaps = gaps(Arrivals.POISSON.schedule(200, Duration.ofMinutes(5), 11));
        double mean = Arrays.stream(gaps).average().orElseThrow();
        double variance =
                Arrays.stream(gaps).map(gap -> (gap - mean) * (gap - mean)).average().orElseThrow();

        assertThat(Math.sqrt(variance) / mean).isCloseTo(1, within(0.05));
        assertThat(Arrivals.POISSON.schedule(200, MINUTE, 1))
                .isNotEqualTo(Arrivals.POISSON.schedule(200, MINUTE, 2));
    }

    @Test
    void burstsComeAtTenTimesTheRate() {
        long[] due = Arrivals.BURST.schedule(100, Duration.ofSeconds(3), 1);

        assertThat(due[99] / 1e9).isCloseTo(0.099, within(1e-9));
        assertThat(due[100] / 1e9).isCloseTo(1, within(1e-9));
        assertThat(due[200] / 1e9).isCloseTo(2, within(1e-9));
    }

    @Test
    void refusesARateOfNothing() {
        assertThatThrownBy(() -> Arrivals.CONSTANT.schedule(Double.NaN, MINUTE, 1))
                .hasMessage("rate was 'NaN' but it must be above 0 frames/s");
    }

    private static double[] gaps(long[] due) {
        return IntStream.range(1, due.length)
                .mapToDouble(frame -> due[frame] - due[frame - 1])
                .toArray();
    }
}
