package io.psconv.bench.energy;

import static io.psconv.bench.energy.EnergyRecords.START;
import static io.psconv.bench.energy.EnergyRecords.charge;
import static io.psconv.bench.energy.EnergyRecords.classification;
import static io.psconv.bench.energy.EnergyRecords.measured;
import static io.psconv.bench.energy.EnergyRecords.modelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.FrameId;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnergyAccountTest {
    private final EnergyAccount account = new EnergyAccount(Long.MIN_VALUE, Long.MAX_VALUE);

    @Test
    void leavesNothingOverWhereAllModelledWorkWasCommitted() {
        account.add(modelled("a", 1, 0.3));
        account.add(modelled("b", 1, 0.125));
        account.add(classification(0, "gate", charge("modelled", 0.1, "a", 1, 1)));
        account.add(classification(1, "dock", charge("modelled", 0.3 - 0.1, "a", 1, 1)));
        account.add(classification(2, "dock", charge("modelled", 0.125, "b", 1, 1)));

        EnergyStatement statement = account.statement();
        SourceStatement source = statement.sources().get(0);
        assertThat(statement.addsUp()).isTrue();
        assertThat(source.repeatedJoules()).isCloseTo(0, within(1e-16));
        assertThat(source.attributedJoules()).isEqualTo(0.425);
        assertThat(source.chargedJoules()).isCloseTo(source.committedJoules(), within(1e-16));
        assertThat(source.ledgers()).isEqualTo(2);
        assertThat(source.strayFrames()).isZero();
        assertThat(source.models())
                .isEqualTo(
                        Map.of(
                                "small@1", new EnergyShare(2, 0.225, 0.225),
                                "large@1", new EnergyShare(1, 0.3 - 0.1, 0.3 - 0.1)));
        assertThat(source.cameras().get("gate")).isEqualTo(new EnergyShare(1, 0.1, 0.1));
        assertThat(share(source.cameras(), "dock").frames()).isEqualTo(2);
    }

    @Test
    void givesWhatWasNotCommittedAsRepeated() {
        account.add(modelled("a", 1, 0.75));
        account.add(classification(0, "gate", charge("modelled", 0.25, "a", 1, 1)));

        SourceStatement source = account.statement().sources().get(0);
        assertThat(source.committedJoules()).isEqualTo(0.25);
        assertThat(source.repeatedJoules()).isEqualTo(0.5);
        assertThat(source.repeatedErrorJoules()).isZero();
    }

    /** By busy time at the window's own rate, whatever the record was charged before it closed. */
    @Test
    void dividesAMeasuredWindowByBusyTime() {
        account.add(measured("a", 1, 0, 0, 0));
        account.add(measured("a", 2, 4, 500_000_000, 0.5));
        account.add(measured("a", 3, 8, 400_000_000, 0.5));
        account.add(classification(0, "gate", charge("rapl", 1, "a", 3, 100_000_000)));
        account.add(classification(1, "gate", charge("rapl", 1, "a", 3, 200_000_000)));

        SourceStatement source = account.statement().sources().get(0);
        assertThat(source.joules()).isEqualTo(90 + 24);
        assertThat(source.idleJoules()).isEqualTo(90);
        assertThat(source.unattributedJoules()).isEqualTo(12);
        assertThat(source.attributedJoules()).isEqualTo(12);
        assertThat(source.unchargedJoules()).as("window 2, before the first rate").isEqualTo(4);
        assertThat(source.committedJoules()).isEqualTo(6);
        assertThat(source.repeatedJoules()).isEqualTo(2);
        assertThat(source.repeatedErrorJoules()).isCloseTo(0.05, within(1e-12));
        assertThat(source.chargedJoules()).isEqualTo(2);
        assertThat(source.chargedErrorJoules()).isEqualTo(0.25);
        assertThat(share(source.models(), "small@1").drawnJoules()).isCloseTo(2, within(1e-12));
        assertThat(share(source.models(), "large@1").drawnJoules()).isCloseTo(4, within(1e-12));
        assertThat(account.statement().addsUp()).isTrue();
    }

    @Test
    void keepsMeasuredAndModelledApart() {
        account.add(measured("a", 1, 4, 500_000_000, 0));
        account.add(modelled("b", 1, 0.5));
        account.add(classification(0, "gate", charge("modelled", 0.5, "b", 1, 1)));

        assertThat(account.statement().sources())
                .extracting(SourceStatement::source, SourceStatement::attributedJoules)
                .containsExactly(tuple("modelled", 0.5), tuple("rapl", 4.0));
    }

    @Test
    void countsFramesAndWindowsOnce() {
        account.add(modelled("a", 1, 0.5));
        account.add(modelled("a", 1, 0.5));
        account.add(classification(0, "gate", charge("modelled", 0.25, "a", 1, 1)));
        account.add(classification(0, "gate", charge("modelled", 0.25, "a", 1, 1)));

        EnergyStatement statement = account.statement();
        assertThat(statement.frames()).isEqualTo(1);
        assertThat(statement.repeatedFrames()).isEqualTo(1);
        assertThat(statement.windows()).isEqualTo(1);
        assertThat(statement.repeatedWindows()).isEqualTo(1);
        assertThat(statement.sources().get(0).repeatedJoules()).isEqualTo(0.25);
        assertThat(statement.addsUp()).isTrue();
    }

    @Test
    void doesNotAddUpIfFramesHadMoreThanTheirWindow() {
        account.add(modelled("a", 1, 0.5));
        account.add(classification(0, "gate", charge("modelled", 0.75, "a", 1, 1)));

        EnergyStatement statement = account.statement();
        assertThat(statement.addsUp()).isFalse();
        assertThat(statement.excessJoules()).isEqualTo(0.25);
        assertThat(statement.sources().get(0).repeatedJoules()).isEqualTo(-0.25);
    }

    /** A frame worked on twice counts in the later window with both. */
    @Test
    void addsUpWhereAFrameCountsInANeighbouringWindow() {
        account.add(modelled("a", 1, 0.5));
        account.add(modelled("a", 2, 0.5));
        account.add(classification(0, "gate", charge("modelled", 0.75, "a", 2, 1)));

        assertThat(account.statement().addsUp()).isTrue();
        assertThat(account.statement().sources().get(0).repeatedJoules()).isEqualTo(0.25);
    }

    @Test
    void doesNotAddUpIfAWindowComesTwiceAndDiffers() {
        account.add(modelled("a", 1, 0.5));
        account.add(modelled("a", 1, 0.75));

        assertThat(account.statement().contradictoryWindows()).isEqualTo(1);
        assertThat(account.statement().addsUp()).isFalse();
    }

    @Test
    void saysWhatIsMissing() {
        account.add(modelled("a", 2, 0.5));
        account.add(modelled("a", 5, 0.5));
        account.add(classification(0, "gate", charge("modelled", 0.25, "a", 3, 1)));
        account.add(classification(1, "gate", charge("modelled", 0.5, "lost", 1, 1)));
        account.add(classification(2, "gate", null));
        account.addUnreadableFrame();
        account.addUnreadableWindow();

        EnergyStatement statement = account.statement();
        SourceStatement source = statement.sources().get(0);
        assertThat(source.missingWindows()).isEqualTo(2);
        assertThat(source.strayFrames()).isEqualTo(2);
        assertThat(source.strayJoules()).isEqualTo(0.75);
        assertThat(source.committedJoules()).isZero();
        assertThat(source.chargedJoules()).isEqualTo(0.75);
        assertThat(statement.unchargedFrames()).isEqualTo(1);
        assertThat(statement.frames()).isEqualTo(3);
        assertThat(statement.unreadableFrames()).isEqualTo(1);
        assertThat(statement.unreadableWindows()).isEqualTo(1);
    }

    @Test
    void saysWhereAHostIsCountedMoreThanOnce() {
        account.add(measured("a", 1, 1, 1, 0));
        account.add(measured("b", 2, 1, 1, 0));
        assertThat(account.statement().sources().get(0).sharedHosts()).isEmpty();

        account.add(measured("c", 2, 1, 1, 0));
        assertThat(account.statement().sources().get(0).sharedHosts()).containsExactly("node-1");
    }

    @Test
    void keepsToTheTimeOfTheWindows() {
        EnergyAccount second = new EnergyAccount(START + 1000, START + 2000);
        for (int number = 1; number <= 3; number++) {
            second.add(modelled("a", number, 0.5));
            second.add(classification(number, "gate", charge("modelled", 0.5, "a", number, 1)));
        }
        second.add(classification(9, "gate", null));

        EnergyStatement statement = second.statement();
        assertThat(statement.windows()).isEqualTo(1);
        assertThat(statement.frames()).isEqualTo(1);
        assertThat(statement.unchargedFrames()).isZero();
        assertThat(statement.sources().get(0).repeatedJoules()).isZero();
        assertThatThrownBy(() -> new EnergyAccount(5, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the time until was 5 but it must be after the time from, 5");
    }

    /** Of random work on random windows, some of it not committed. */
    @Test
    void attributedIsCommittedAndRepeatedToTheLastBit() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        double lost = 0;
        long offset = 0;
        for (int number = 1; number <= 200; number++) {
            double attributed = 0;
            double[] joules = new double[random.nextInt(50)];
            for (int frame = 0; frame < joules.length; frame++) {
                joules[frame] = Math.scalb((double) random.nextInt(1 << 30), -40);
                attributed += joules[frame];
            }
            account.add(modelled("a", number, attributed));
            for (double had : joules) {
                if (random.nextInt(10) == 0) {
                    lost += had;
                } else {
                    account.add(
                            classification(
                                    offset, "gate", charge("modelled", had, "a", number, 1)));
                }
                offset++;
            }
        }

        SourceStatement source = account.statement().sources().get(0);
        assertThat(source.repeatedJoules()).isEqualTo(lost);
        assertThat(source.committedJoules() + lost).isEqualTo(source.attributedJoules());
        assertThat(source.chargedJoules()).isEqualTo(source.committedJoules());
        assertThat(account.statement().addsUp()).isTrue();
    }

    @Test
    void tellsFramesApart() {
        FrameIds frames = new FrameIds();

        for (long offset : new long[] {0, 1, 4095, 4096, Long.MAX_VALUE}) {
            assertThat(frames.add(new FrameId("frames", 0, offset))).isTrue();
            assertThat(frames.add(new FrameId("frames", 1, offset))).isTrue();
            assertThat(frames.add(new FrameId("other", 0, offset))).isTrue();
            assertThat(frames.add(new FrameId("frames", 0, offset))).isFalse();
        }
    }

    private static EnergyShare share(Map<String, EnergyShare> shares, String name) {
        return Objects.requireNonNull(shares.get(name), name);
    }
}
