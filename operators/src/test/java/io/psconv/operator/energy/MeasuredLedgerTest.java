package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MeasuredLedgerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final double STEP = 0x1p-14;
    private static final LedgerName NAME = new LedgerName("0123456789abcdef", "host");

    private final ManualEnergyMeter meter = new ManualEnergyMeter(STEP);
    private final ManualClock clock = new ManualClock();
    private final List<EnergyWindow> windows = new CopyOnWriteArrayList<>();
    private BusyShare share = new BusyShare(0.5, 0);

    @Test
    void dividesAWindow() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        share = new BusyShare(0.25, 0.125);

        ledger.charge(1_500_000_000L, 1);
        ledger.charge(500_000_000L, 1);
        pass(2, 60);
        ledger.tick();

        double error = STEP * 0.375 + 40 * 0.125;
        assertThat(windows)
                .containsExactly(
                        new EnergyWindow(
                                NAME.id(),
                                NAME.host(),
                                "manual",
                                1,
                                1_000_007_000L,
                                1_000_009_000L,
                                2_000_000_000L,
                                60,
                                20,
                                10,
                                30,
                                2_000_000_000L,
                                5,
                                error / 2));
    }

    @Test
    void chargesTheLastWindowsRate() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        share = new BusyShare(0.5, 0.25);
        ledger.charge(1_000_000_000L, 1);
        pass(1, 50);
        ledger.tick();

        FrameEnergy energy = Objects.requireNonNull(ledger.charge(80_000_000, 8));

        assertThat(energy.joules()).isCloseTo(20 * 0.01, within(1e-12));
        assertThat(energy.source()).isEqualTo("manual").isEqualTo(ledger.source());
        assertThat(energy.window()).isEqualTo(1);
        assertThat(energy.ledger()).isEqualTo(NAME.id());
        assertThat(energy.workWindow()).isEqualTo(2);
        assertThat(energy.busyNanos()).isEqualTo(10_000_000);
        assertThat(energy.errorJoules()).isCloseTo((STEP * 0.75 + 10) * 0.01, within(1e-12));
    }

    @Test
    void chargesNothingBeforeTheFirstWindowCloses() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));

        ledger.charge(1_000_000, 1);
        pass(0.999, 50);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
        assertThat(windows).isEmpty();
    }

    @Test
    void leavesTheCounterAloneUntilTheWindowIsLongEnough() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));

        pass(0.5, 50);
        ledger.tick();
        assertThat(meter.readings()).isEqualTo(1);

        pass(0.5, 50);
        ledger.tick();
        assertThat(meter.readings()).isEqualTo(2);
        assertThat(windows).hasSize(1);
    }

    @Test
    void waitsForTwentyCounterSteps() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(0));

        pass(5, 19 * STEP);
        ledger.tick();
        assertThat(windows).isEmpty();

        pass(5, STEP);
        ledger.tick();
        assertThat(windows)
                .singleElement()
                .satisfies(window -> assertThat(window.joules()).isEqualTo(20 * STEP))
                .satisfies(window -> assertThat(window.durationNanos()).isEqualTo(10_000_000_000L));
    }

    @Test
    void attributesNothingWithoutBusyTime() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));

        pass(1, 50);
        ledger.tick();

        assertThat(windows)
                .containsExactly(
                        new EnergyWindow(
                                NAME.id(),
                                NAME.host(),
                                "manual",
                                1,
                                1_000_007_000L,
                                1_000_008_000L,
                                1_000_000_000L,
                                50,
                                10,
                                0,
                                40,
                                0,
                                0,
                                0));
        assertThat(ledger.charge(1_000_000, 1)).isNull();
    }

    @Test
    void keepsTheLastRateThroughARest() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        ledger.charge(1_000_000_000L, 1);
        pass(1, 50);
        ledger.tick();

        pass(1, 10);
        ledger.tick();

        assertThat(windows).hasSize(2);
        assertThat(ledger.charge(1_000_000, 1))
                .satisfies(energy -> assertThat(energy.window()).isEqualTo(1))
                .satisfies(energy -> assertThat(energy.joules()).isCloseTo(0.02, within(1e-12)));
    }

    @Test
    void takesTheLowestPowerForIdleWhereNoneIsGiven() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.empty());
        for (double watts : new double[] {30, 50, 20, 40}) {
            ledger.charge(1_000_000_000L, 1);
            pass(2, 2 * watts);
            ledger.tick();
        }

        assertThat(windows)
                .extracting(EnergyWindow::idleJoules)
                .containsExactly(60.0, 60.0, 40.0, 40.0);
        assertThat(windows)
                .extracting(EnergyWindow::hasRate)
                .containsExactly(false, true, false, true);
    }

    @Test
    void chargesNothingWhileAllIsIdle() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.empty());
        ledger.charge(1_000_000_000L, 1);
        pass(1, 30);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
    }

    @Test
    void countsNoMoreIdleThanWasDrawn() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(100));
        ledger.charge(1_000_000_000L, 1);
        pass(1, 30);
        ledger.tick();

        EnergyWindow window = windows.get(0);
        assertThat(window.idleJoules()).isEqualTo(30);
        assertThat(window.attributedJoules()).isZero();
        assertThat(window.unattributedJoules()).isZero();
        assertThat(ledger.charge(1_000_000, 1)).isNull();
    }

    @Test
    void leavesNoGapBetweenWindows() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        for (int window = 0; window < 20; window++) {
            pass(1 + window / 100.0, 50);
            ledger.tick();
        }

        assertThat(windows).hasSize(20);
        for (int index = 1; index < windows.size(); index++) {
            assertThat(windows.get(index).number()).isEqualTo(index + 1);
            assertThat(windows.get(index).startMillis())
                    .isEqualTo(windows.get(index - 1).endMillis());
        }
    }

    @Test
    void neverEndsBeforeItStartsThoughTheClockIsSetBack() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        clock.setBack(60_000);
        pass(1, 50);
        ledger.tick();

        assertThat(windows.get(0).endMillis()).isEqualTo(windows.get(0).startMillis());
        assertThat(windows.get(0).durationNanos()).isEqualTo(1_000_000_000L);
    }

    @Test
    void settlesAWindowHoweverShortAndSaysTheError() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        share = new BusyShare(0.5, 0.5);
        ledger.charge(1_000_000, 1);
        pass(0.001, 3);

        ledger.checkpoint();
        assertThat(windows).isEmpty();
        ledger.settle();
        ledger.settle();

        EnergyWindow window = windows.get(0);
        assertThat(windows).hasSize(1);
        assertThat(window.busyNanos()).isEqualTo(1_000_000);
        assertThat(window.joules()).isEqualTo(3);
        assertThat(window.attributedJoules()).isCloseTo(1.495, within(1e-9));
        assertThat(window.errorJoulesPerBusySecond())
                .isCloseTo((STEP + 2.99 * 0.5) / 1e-3, within(1e-6));
    }

    @Test
    void chargesNothingOnceTheMeterIsLost() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        ledger.charge(1_000_000_000L, 1);
        pass(1, 50);
        ledger.tick();
        assertThat(ledger.charge(1_000_000, 1)).isNotNull();

        meter.breakDown();
        pass(1, 50);
        ledger.tick();
        int readings = meter.readings();
        pass(1, 50);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
        assertThat(meter.readings()).isEqualTo(readings);
        assertThat(windows).hasSize(1);
        ledger.settle();
        assertThat(windows).hasSize(1);
    }

    /** A meter that comes back would hide the gap: its windows would span what nobody counted. */
    @Test
    void staysLostThoughTheMeterComesBack() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.of(10));
        ledger.charge(1_000_000_000L, 1);
        pass(1, 50);
        ledger.tick();
        meter.breakDown();
        pass(1, 50);
        ledger.tick();

        meter.repair();
        ledger.charge(1_000_000_000L, 1);
        pass(1, 50);
        ledger.tick();

        assertThat(windows).hasSize(1);
        assertThat(ledger.charge(1_000_000, 1)).isNull();
    }

    @Test
    void countsAShareThatCannotBeReadAsALoss() throws IOException {
        boolean[] broken = {false};
        MeasuredLedger ledger =
                ledger(
                        meter,
                        () -> {
                            if (broken[0]) {
                                throw new IOException("no /proc");
                            }
                            return share;
                        },
                        OptionalDouble.of(10));
        ledger.charge(1_000_000_000L, 1);
        pass(1, 50);
        ledger.tick();

        broken[0] = true;
        pass(1, 50);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
        assertThat(windows).hasSize(1);
    }

    @Test
    void conservesEnergyInEveryWindowAndOverall() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ManualEnergyMeter odd = new ManualEnergyMeter(1e-5);
        MeasuredLedger ledger =
                ledger(
                        odd,
                        () -> new BusyShare(random.nextDouble(), 0),
                        OptionalDouble.of(random.nextDouble() * 50));
        double joules = 0;
        double parts = 0;

        for (int count = 1; count <= 10_000; count++) {
            long busy = random.nextInt(4) == 0 ? 0 : random.nextLong(8_000_000_000L);
            ledger.charge(busy, 1);
            clock.pass(1 + random.nextDouble());
            odd.draw(0.001 + random.nextDouble() * 200);
            ledger.tick();

            EnergyWindow window = windows.get(windows.size() - 1);
            assertThat(window.number()).isEqualTo(count);
            assertThat(window.busyNanos()).isEqualTo(busy);
            double sum =
                    window.idleJoules() + window.attributedJoules() + window.unattributedJoules();
            assertThat(sum).isEqualTo(window.joules());
            joules += window.joules();
            parts += window.unattributedJoules();
            parts += window.idleJoules();
            parts += window.attributedJoules();
        }

        assertThat(parts).isEqualTo(joules);
        assertThat(joules).isCloseTo(odd.readJoules(), within(1e-9));
    }

    /**
     * Subtasks charge while windows close: nothing is counted twice or not at all, and by its own
     * window's rate every joule that is attributed belongs to a frame.
     */
    @Test
    void conservesTheFramesOfSeveralSubtasks() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        int threads = 4;
        int batches = 20_000;
        MeasuredLedger ledger = ledger(OptionalDouble.of(5));
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<List<Charge>>> charged = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Random random = new Random(seed + thread);
            charged.add(executor.submit(() -> chargeAll(ledger, random, batches, start)));
        }

        Random random = new Random(seed - 1);
        ledger.charge(1, 1);
        tickOnce(ledger, random);
        start.countDown();
        List<Charge> charges = new ArrayList<>();
        for (Future<List<Charge>> future : charged) {
            while (!future.isDone()) {
                tickOnce(ledger, random);
            }
            charges.addAll(future.get());
        }
        ledger.settle();
        tickOnce(ledger, random);
        executor.shutdownNow();

        assertThat(charges).hasSize(threads * batches);
        Map<Long, Long> busyOf = new HashMap<>();
        Map<Long, Double> ownRateOf = new HashMap<>();
        busyOf.put(1L, 1L);
        ownRateOf.put(1L, windows.get(0).joulesPerBusySecond() * 1e-9);
        for (Charge charge : charges) {
            FrameEnergy energy = charge.energy;
            EnergyWindow rate = windows.get((int) energy.window() - 1);
            EnergyWindow own = windows.get((int) energy.workWindow() - 1);
            assertThat(energy.window()).isLessThan(energy.workWindow());
            assertThat(energy.busyNanos() * charge.batchSize)
                    .isBetween(charge.nanos, charge.nanos + charge.batchSize - 1);
            assertThat(energy.joules())
                    .isEqualTo(rate.joulesPerBusySecond() * (energy.busyNanos() / 1e9));
            long busy = energy.busyNanos() * charge.batchSize;
            busyOf.merge(own.number(), busy, Long::sum);
            ownRateOf.merge(own.number(), own.joulesPerBusySecond() * busy / 1e9, Double::sum);
        }
        for (EnergyWindow window : windows) {
            assertThat(
                            window.idleJoules()
                                    + window.attributedJoules()
                                    + window.unattributedJoules())
                    .isEqualTo(window.joules());
            assertThat(busyOf.getOrDefault(window.number(), 0L)).isEqualTo(window.busyNanos());
            assertThat(ownRateOf.getOrDefault(window.number(), 0.0))
                    .isCloseTo(window.attributedJoules(), within(1e-9));
        }
    }

    /** Truths that a counter and ticks hide lie within the bound, to a quantum. */
    @Test
    void holdsItsErrorBound() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        double step = 0.25;
        ManualEnergyMeter coarse = new ManualEnergyMeter(step);
        MeasuredLedger ledger = ledger(coarse, () -> share, OptionalDouble.of(2));

        for (int count = 0; count < 2_000; count++) {
            double truth = 20 * step + step + random.nextDouble() * 20;
            double trueShare = random.nextDouble();
            double shareError = random.nextDouble() * 0.1;
            double read = trueShare + shareError * (2 * random.nextDouble() - 1);
            share = new BusyShare(Math.max(0, Math.min(1, read)), shareError);
            long busy = 1 + random.nextLong(2_000_000_000L);

            ledger.charge(busy, 1);
            pass(1, 0);
            coarse.draw(truth);
            ledger.tick();

            EnergyWindow window = windows.get(windows.size() - 1);
            double trueRate = (truth - 2) * trueShare / (busy / 1e9);
            assertThat(window.joulesPerBusySecond())
                    .isCloseTo(
                            trueRate,
                            within(window.errorJoulesPerBusySecond() + 1e-8 / (busy / 1e9)));
        }
    }

    @Test
    void failsToStartOnAMeterThatCannotBeRead() {
        meter.breakDown();

        assertThatThrownBy(() -> ledger(OptionalDouble.empty()))
                .isInstanceOf(IOException.class)
                .hasMessage("broken");
    }

    @Test
    void rejectsWhatMakesNoSense() throws IOException {
        assertThatThrownBy(() -> ledger(OptionalDouble.of(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("idleWatts was -1.0 but it must be 0 or more");
        assertThatThrownBy(() -> ledger(OptionalDouble.of(Double.NaN)))
                .hasMessage("idleWatts was NaN but it must be 0 or more");
        assertThatThrownBy(
                        () ->
                                new CounterWindows(
                                        meter,
                                        () -> share,
                                        clock,
                                        Duration.ZERO,
                                        OptionalDouble.empty()))
                .hasMessage("minimumWindow was PT0S but it must be positive");
        assertThatThrownBy(() -> ledger(OptionalDouble.empty()).charge(1, 0))
                .hasMessage("batchSize was 0 but it must be 1 or more");
    }

    @Test
    void chargesAllModelsAlike() throws IOException {
        MeasuredLedger ledger = ledger(OptionalDouble.empty());

        assertThat(ledger.meter(new ModelledEnergy(1, 1, 1))).isSameAs(ledger);
    }

    private MeasuredLedger ledger(OptionalDouble idleWatts) throws IOException {
        return ledger(meter, () -> share, idleWatts);
    }

    private MeasuredLedger ledger(
            EnergyMeter read, ProcessShare processShare, OptionalDouble idleWatts)
            throws IOException {
        return new CounterWindows(read, processShare, clock, SECOND, idleWatts)
                .join(NAME, windows::add);
    }

    private void pass(double seconds, double joules) {
        clock.pass(seconds);
        meter.draw(joules);
    }

    private void tickOnce(MeasuredLedger ledger, Random random) {
        share = new BusyShare(random.nextDouble(), random.nextDouble());
        pass(1, 6 + random.nextDouble() * 100);
        ledger.tick();
    }

    private static List<Charge> chargeAll(
            MeasuredLedger ledger, Random random, int batches, CountDownLatch start)
            throws InterruptedException {
        start.await();
        List<Charge> charges = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            long nanos = random.nextLong(10_000_000);
            int batchSize = 1 + random.nextInt(32);
            FrameEnergy energy = Objects.requireNonNull(ledger.charge(nanos, batchSize));
            charges.add(new Charge(nanos, batchSize, energy));
        }
        return charges;
    }

    private record Charge(long nanos, int batchSize, FrameEnergy energy) {}
}
