package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Several jobs in the windows of one counter; of one job see {@link MeasuredLedgerTest}. */
class CounterWindowsTest {
    private static final double STEP = 0x1p-14;
    private static final long SECOND = 1_000_000_000L;

    private final ManualEnergyMeter meter = new ManualEnergyMeter(STEP);
    private final ManualClock clock = new ManualClock();
    private final List<EnergyWindow> ofOne = new ArrayList<>();
    private final List<EnergyWindow> ofTwo = new ArrayList<>();
    private final BusyShare share = new BusyShare(0.5, 0);

    @Test
    void dividesByBusyTimeAndWhatIsNobodysEqually() throws IOException {
        CounterWindows windows = windows(OptionalDouble.of(10));
        MeasuredLedger one = windows.join(name("1"), ofOne::add);
        MeasuredLedger two = windows.join(name("2"), ofTwo::add);
        one.charge(3 * SECOND / 4, 1);
        two.charge(SECOND / 4, 1);
        pass(1, 50);
        windows.tick();

        assertParts(ofOne.get(0), 5, 15, 10);
        assertParts(ofTwo.get(0), 5, 5, 10);
        assertThat(ofOne.get(0).joulesPerBusySecond())
                .isEqualTo(20)
                .isEqualTo(ofTwo.get(0).joulesPerBusySecond());
        assertThat(ofOne.get(0).ledger()).isNotEqualTo(ofTwo.get(0).ledger());
    }

    @Test
    void aJobWithoutFramesHasAPartOfWhatIsNobodys() throws IOException {
        CounterWindows windows = windows(OptionalDouble.of(10));
        MeasuredLedger one = windows.join(name("1"), ofOne::add);
        MeasuredLedger two = windows.join(name("2"), ofTwo::add);
        one.charge(SECOND, 1);
        pass(1, 50);
        windows.tick();

        assertParts(ofOne.get(0), 5, 20, 10);
        assertParts(ofTwo.get(0), 5, 0, 10);
        assertThat(two.charge(1, 1)).as("no rate of its own yet").isNull();
    }

    @Test
    void chargesEachJobByWindowsOfItsOwn() throws IOException {
        CounterWindows windows = windows(OptionalDouble.of(10));
        MeasuredLedger one = windows.join(name("1"), ofOne::add);
        one.charge(SECOND, 1);
        pass(1, 50);
        windows.tick();
        MeasuredLedger two = windows.join(name("2"), ofTwo::add);
        two.charge(SECOND, 1);
        pass(1, 30);
        windows.tick();

        FrameEnergy ofFirst = Objects.requireNonNull(one.charge(SECOND, 1));
        FrameEnergy ofSecond = Objects.requireNonNull(two.charge(SECOND, 1));

        assertThat(ofFirst.window()).isEqualTo(1);
        assertThat(ofFirst.workWindow()).isEqualTo(3);
        assertThat(ofFirst.joules()).isEqualTo(20);
        assertThat(ofSecond.window()).isEqualTo(1);
        assertThat(ofSecond.workWindow()).isEqualTo(2);
        assertThat(ofSecond.joules()).isEqualTo(10);
        assertThat(ofSecond.ledger()).isEqualTo(ofTwo.get(0).ledger());
    }

    @Test
    void aJobThatLeavesGetsItsLastWindowAndTheOthersGoOn() throws IOException {
        CounterWindows windows = windows(OptionalDouble.of(10));
        MeasuredLedger one = windows.join(name("1"), ofOne::add);
        MeasuredLedger two = windows.join(name("2"), ofTwo::add);
        two.charge(SECOND, 1);
        pass(1, 50);
        windows.tick();
        one.charge(SECOND / 2, 1);
        two.charge(SECOND / 2, 1);
        pass(0.5, 25);
        one.close();
        one.close();
        two.charge(SECOND, 1);
        pass(1, 30);
        windows.tick();

        assertThat(ofOne).hasSize(2);
        assertParts(ofOne.get(1), 2.5, 5, 5);
        assertThat(ofTwo).hasSize(3);
        assertParts(ofTwo.get(1), 2.5, 5, 5);
        assertParts(ofTwo.get(2), 10, 10, 10);
    }

    /** Cut short it may hold no step of the counter, which would be a rest without any power. */
    @Test
    void aWindowThatIsCutShortMovesNeitherIdleNorRate() throws IOException {
        CounterWindows windows = windows(OptionalDouble.empty());
        MeasuredLedger one = windows.join(name("1"), ofOne::add);
        MeasuredLedger two = windows.join(name("2"), ofTwo::add);
        pass(1, 10);
        windows.tick();
        two.charge(SECOND, 1);
        pass(1, 50);
        windows.tick();
        pass(0.001, 0);
        two.charge(1, 1);
        one.close();

        assertThat(Objects.requireNonNull(two.charge(SECOND, 1)).window()).isEqualTo(2);
        pass(1, 50);
        windows.tick();
        assertThat(ofTwo.get(3).idleJoules()).isEqualTo(10);
    }

    @Test
    void nobodyIsChargedOnceTheMeterIsLost() throws IOException {
        CounterWindows windows = windows(OptionalDouble.of(10));
        MeasuredLedger one = windows.join(name("1"), ofOne::add);
        MeasuredLedger two = windows.join(name("2"), ofTwo::add);
        one.charge(SECOND, 1);
        two.charge(SECOND, 1);
        pass(1, 50);
        windows.tick();
        meter.breakDown();
        pass(1, 50);
        windows.tick();

        assertThat(one.charge(1, 1)).isNull();
        assertThat(two.charge(1, 1)).isNull();
        two.close();
        assertThat(ofTwo).hasSize(1);
    }

    @Test
    void addsUpOverJobsThatComeAndGo() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ManualEnergyMeter odd = new ManualEnergyMeter(1e-5);
        CounterWindows windows =
                new CounterWindows(
                        odd,
                        () -> new BusyShare(random.nextDouble(), 0),
                        clock,
                        Duration.ofSeconds(1),
                        OptionalDouble.of(random.nextDouble() * 50));
        List<EnergyWindow> all = new ArrayList<>();
        List<MeasuredLedger> jobs = new ArrayList<>();
        jobs.add(windows.join(LedgerName.random(), all::add));
        double drawn = 0;
        for (int count = 0; count < 5_000; count++) {
            double before = odd.readJoules();
            int first = all.size();
            for (MeasuredLedger job : jobs) {
                job.charge(random.nextInt(3) == 0 ? 0 : random.nextLong(8_000_000_000L), 1);
            }
            clock.pass(1 + random.nextDouble());
            odd.draw(0.001 + random.nextDouble() * 200);
            int sharers = jobs.size();
            if (jobs.size() > 1 && random.nextInt(4) == 0) {
                jobs.remove(random.nextInt(jobs.size())).close();
            } else {
                windows.tick();
            }
            if (jobs.size() < 5 && random.nextInt(4) == 0) {
                jobs.add(windows.join(LedgerName.random(), all::add));
            }

            List<EnergyWindow> parts = all.subList(first, all.size());
            assertThat(parts).hasSize(sharers);
            assertThat(parts.stream().mapToDouble(EnergyWindow::joules).sum())
                    .isCloseTo(odd.readJoules() - before, within(1e-8));
            double rates = parts.stream().mapToDouble(EnergyWindow::attributedJoules).sum();
            for (EnergyWindow part : parts) {
                double seconds = part.busyNanos() / 1e9;
                assertThat(part.joulesPerBusySecond() * seconds)
                        .isCloseTo(part.attributedJoules(), within(1e-9));
                assertThat(part.attributedJoules()).isLessThanOrEqualTo(rates);
            }
            drawn += parts.stream().mapToDouble(EnergyWindow::joules).sum();
        }

        // Multiples of a quantum: nothing is rounded away over all windows.
        assertThat(drawn).isCloseTo(odd.readJoules(), within(1e-9));
    }

    private static void assertParts(
            EnergyWindow window, double idle, double attributed, double unattributed) {
        assertThat(window.idleJoules()).isEqualTo(idle);
        assertThat(window.attributedJoules()).isEqualTo(attributed);
        assertThat(window.unattributedJoules()).isEqualTo(unattributed);
        assertThat(window.joules()).isEqualTo(idle + attributed + unattributed);
    }

    private CounterWindows windows(OptionalDouble idleWatts) throws IOException {
        return new CounterWindows(meter, () -> share, clock, Duration.ofSeconds(1), idleWatts);
    }

    private static LedgerName name(String id) {
        return new LedgerName(id, "host");
    }

    private void pass(double seconds, double joules) {
        clock.pass(seconds);
        meter.draw(joules);
    }
}
