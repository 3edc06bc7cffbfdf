package io.psconv.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KillScheduleTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    @Test
    void killsEveryKindOftenEnoughWhateverTheSeed() {
        for (long seed = 0; seed < 1000; seed++) {
            List<Kill> kills = KillSchedule.of(FIVE_MINUTES, seed, 2);

            assertThat(kills).as("seed %d", seed).hasSize(16);
            assertThat(kills)
                    .as("seed %d", seed)
                    .isSortedAccordingTo(Comparator.comparing(Kill::at))
                    .allSatisfy(
                            kill -> {
                                assertThat(kill.at()).isBetween(Duration.ZERO, FIVE_MINUTES);
                                assertThat(kill.down())
                                        .isBetween(Duration.ZERO, Duration.ofSeconds(3));
                                assertThat(kill.number())
                                        .isBetween(0, kill.victim() == Victim.TASK_MANAGER ? 1 : 0);
                            });
            assertThat(count(kills, Victim.TASK_MANAGER)).isEqualTo(8);
            assertThat(count(kills, Victim.BROKER)).isEqualTo(4);
            assertThat(count(kills, Victim.JOB_MANAGER)).isEqualTo(4);
        }
    }

    @Test
    void isTheSameForTheSameSeedOnly() {
        assertThat(KillSchedule.of(FIVE_MINUTES, 7, 2))
                .isEqualTo(KillSchedule.of(FIVE_MINUTES, 7, 2))
                .isNotEqualTo(KillSchedule.of(FIVE_MINUTES, 8, 2));
    }

    @Test
    void letsKillsFallIntoTheRecoveryFromOthers() {
        long soon =
                LongStream.range(0, 100)
                        .filter(
                                seed -> {
                                    List<Kill> kills = KillSchedule.of(FIVE_MINUTES, seed, 2);
                                    return kills.stream()
                                            .skip(1)
                                            .anyMatch(kill -> isSoonAfterAnother(kill, kills));
                                })
                        .count();

        assertThat(soon).isGreaterThan(80);
    }

    @Test
    void refusesALoadTooShortForAKill() {
        assertThatThrownBy(() -> KillSchedule.of(Duration.ofSeconds(20), 7, 2))
                .hasMessage("load was '20' s but it must last at least 20 s for one kill");
    }

    private static boolean isSoonAfterAnother(Kill kill, List<Kill> kills) {
        return kills.stream()
                .anyMatch(
                        other ->
                                other.at().compareTo(kill.at()) < 0
                                        && kill.at().minus(other.at()).toSeconds() < 10);
    }

    private static long count(List<Kill> kills, Victim victim) {
        return kills.stream().filter(kill -> kill.victim() == victim).count();
    }
}
