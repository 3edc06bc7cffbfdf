package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BurstsTest {
    private static final Bursts BURSTS =
            new Bursts(Duration.ofSeconds(12), Duration.ofSeconds(3), 2);

    @Test
    void sendsLessAndMoreThanASystemTakes() {
        long[] due = BURSTS.schedule(100);

        assertThat(due).isSorted().startsWith(0);
        assertThat(count(due, 0, 12)).isCloseTo(840, within(2L));
        assertThat(count(due, 12, 15)).isCloseTo(330, within(2L));
        assertThat(count(due, 15, 27)).isCloseTo(840, within(2L));
        assertThat(count(due, 27, 30)).isCloseTo(330, within(2L));
        // Quiet again, to see how long the last burst is felt.
        assertThat(count(due, 30, 42)).isCloseTo(840, within(2L));
        assertThat(count(due, 42, 1_000)).isZero();
    }

    @Test
    void tellsHowLongBurstsAreFelt() {
        List<Seen> answers = new ArrayList<>();
        for (long due : BURSTS.schedule(100)) {
            long millis = due / 1_000_000;
            // Five times as slow in a burst, and for two seconds behind the first one.
            boolean slow =
                    BURSTS.isBurst(due)
                            || (millis >= 15_000 && millis < 17_000)
                            || millis >= 30_000;
            answers.add(new Seen("", 1_000 + millis, 1_000 + millis + (slow ? 50 : 10), null));
        }

        BurstFigures figures = BurstFigures.of(BURSTS, 100, answers, 1_000);

        assertThat(figures.quiet().getValueAtPercentile(99)).isEqualTo(10);
        assertThat(figures.quiet().getTotalCount()).isCloseTo(630, within(2L));
        assertThat(figures.burst().getValueAtPercentile(50)).isEqualTo(50);
        assertThat(figures.recoveries()).containsExactly(2.0, null);
        assertThat(figures.medianRecovery()).isEqualTo(2.0);
        assertThat(BurstFigures.together(List.of(figures, figures)))
                .satisfies(both -> assertThat(both.recoveries()).hasSize(4));
    }

    @Test
    void refusesTimesOutsideTheirRange() {
        assertThatThrownBy(() -> new Bursts(Duration.ofMillis(10), Bursts.BURST, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--burst-every was '0.01 s' but it must be between 1 s and 10 min");
        assertThatThrownBy(() -> new Bursts(Bursts.QUIET, Bursts.BURST, -1))
                .hasMessage("--bursts was '-1' but it must be between 0 and 100");
    }

    private static long count(long[] due, int fromSecond, int toSecond) {
        return Arrays.stream(due)
                .filter(at -> at >= fromSecond * 1_000_000_000L && at < toSecond * 1_000_000_000L)
                .count();
    }
}
