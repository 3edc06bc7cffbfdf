package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchRuleTest {
    private static final BatchRule WITHOUT_DEADLINE =
            new BatchRule(Duration.ofMillis(5), 1_000, null);
    private static final BatchRule WITH_DEADLINE =
            new BatchRule(Duration.ofMillis(50), 1_000, Duration.ofMillis(100));

    @Test
    void letsFramesWaitForTheDelay() {
        assertThat(WITHOUT_DEADLINE.dueMillis(70, 0, 9_000_000)).isEqualTo(75);
        assertThat(WITHOUT_DEADLINE.isLate(Long.MAX_VALUE, 0)).isFalse();
    }

    @Test
    void letsNothingWaitBeyondItsBytesOrWithoutADelay() {
        assertThat(WITHOUT_DEADLINE.allowsNoWait(1_000)).isFalse();
        assertThat(WITHOUT_DEADLINE.allowsNoWait(1_001)).isTrue();
        assertThat(new BatchRule(Duration.ZERO, 1_000, null).allowsNoWait(0)).isTrue();
    }

    @Test
    void goesBeforeTheDeadlineByWhatTheWorkTakes() {
        assertThat(WITH_DEADLINE.dueMillis(1_020, 1_000, 0)).isEqualTo(1_070);
        assertThat(WITH_DEADLINE.dueMillis(1_060, 1_000, 0)).isEqualTo(1_100);
        assertThat(WITH_DEADLINE.dueMillis(1_060, 1_000, 20_000_001)).isEqualTo(1_079);
    }

    @Test
    void isDueBeforeNowWhereTheDeadlineCannotBeMet() {
        assertThat(WITH_DEADLINE.dueMillis(1_090, 1_000, 20_000_000)).isLessThan(1_090);
    }

    @Test
    void letsLateFramesWaitLikeAnyOther() {
        assertThat(WITH_DEADLINE.isLate(1_100, 1_000)).isFalse();
        assertThat(WITH_DEADLINE.isLate(1_101, 1_000)).isTrue();
        assertThat(WITH_DEADLINE.dueMillis(1_101, 1_000, 20_000_000)).isEqualTo(1_151);
    }
}
