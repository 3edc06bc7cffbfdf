package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EnergyLedgerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final double STEP = 0x1p-14;

    private final ManualEnergyMeter meter = new ManualEnergyMeter(STEP);
    private final AtomicLong clock = new AtomicLong(7_000_000_000L);
    private BusyShare share = new BusyShare(0.5, 0);

    @Test
    void dividesAWindow() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(10));
        share = new BusyShare(0.25, 0.125);

        ledger.busy(1_500_000_000L);
        ledger.busy(500_000_000L);
        pass(2, 60);
        ledger.tick();

        double error = STEP * 0.375 + 40 * 0.125;
        assertThat(ledger.windows())
                .containsExactly(
                        new EnergyWindow(
                                1,
                                7_000_000_000L,
                                9_000_000_000L,
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
        EnergyLedger ledger = ledger(OptionalDouble.of(10));
        share = new BusyShare(0.5, 0.25);
        ledger.busy(1_000_000_000L);
        pass(1, 50);
        ledger.tick();

        FrameEnergy energy = Objects.requireNonNull(ledger.charge(80_000_000, 8));

        assertThat(energy.joules()).isCloseTo(20 * 0.01, within(1e-12));
        assertThat(energy.source()).isEqualTo("manual").isEqualTo(ledger.source());
        assertThat(energy.window()).isEqualTo(1);
        assertThat(energy.errorJoules()).isCloseTo((STEP * 0.75 + 10) * 0.01, within(1e-12));
    }

    @Test
    void chargesNothingBeforeTheFirstWindowCloses() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(10));

        ledger.busy(1_000_000);
        pass(0.999, 50);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
        assertThat(ledger.windows()).isEmpty();
    }

    @Test
    void leavesTheCounterAloneUntilTheWindowIsLongEnough() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(10));

        pass(0.5, 50);
        ledger.tick();
        assertThat(meter.readings()).isEqualTo(1);

        pass(0.5, 50);
        ledger.tick();
        assertThat(meter.readings()).isEqualTo(2);
        assertThat(ledger.windows()).hasSize(1);
    }

    @Test
    void waitsForTwentyCounterSteps() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(0));

        pass(5, 19 * STEP);
        ledger.tick();
        assertThat(ledger.windows()).isEmpty();

        pass(5, STEP);
        ledger.tick();
        assertThat(ledger.windows())
                .singleElement()
                .satisfies(window -> assertThat(window.joules()).isEqualTo(20 * STEP))
                .satisfies(window -> assertThat(window.endNanos()).isEqualTo(17_000_000_000L));
    }

    @Test
    void attributesNothingWithoutBusyTime() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(10));

        pass(1, 50);
        ledger.tick();

        assertThat(ledger.windows())
                .containsExactly(
                        new EnergyWindow(
                                1, 7_000_000_000L, 8_000_000_000L, 50, 10, 0, 40, 0, 0, 0));
        assertThat(ledger.charge(1_000_000, 1)).isNull();
    }

    @Test
    void keepsTheLastRateThroughARest() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(10));
        ledger.busy(1_000_000_000L);
        pass(1, 50);
        ledger.tick();

        pass(1, 10);
        ledger.tick();

        assertThat(ledger.windows()).hasSize(2);
        assertThat(ledger.charge(1_000_000, 1))
                .satisfies(energy -> assertThat(energy.window()).isEqualTo(1))
                .satisfies(energy -> assertThat(energy.joules()).isCloseTo(0.02, within(1e-12)));
    }

    @Test
    void takesTheLowestPowerForIdleWhereNoneIsGiven() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.empty());
        for (double watts : new double[] {30, 50, 20, 40}) {
            ledger.busy(1_000_000_000L);
            pass(2, 2 * watts);
            ledger.tick();
        }

        assertThat(ledger.windows())
                .extracting(EnergyWindow::idleJoules)
                .containsExactly(60.0, 60.0, 40.0, 40.0);
        assertThat(ledger.windows())
                .extracting(EnergyWindow::hasRate)
                .containsExactly(false, true, false, true);
    }

    @Test
    void chargesNothingWhileAllIsIdle() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.empty());
        ledger.busy(1_000_000_000L);
        pass(1, 30);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
    }

    @Test
    void countsNoMoreIdleThanWasDrawn() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(100));
        ledger.busy(1_000_000_000L);
        pass(1, 30);
        ledger.tick();

        EnergyWindow window = ledger.windows().get(0);
        assertThat(window.idleJoules()).isEqualTo(30);
        assertThat(window.attributedJoules()).isZero();
        assertThat(window.unattributedJoules()).isZero();
        assertThat(ledger.charge(1_000_000, 1)).isNull();
    }

    @Test
    void keepsTheLastSixteenWindows() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(10));
        for (int window = 0; window < 20; window++) {
            pass(1, 50);
            ledger.tick();
        }

        assertThat(ledger.windows())
                .extracting(EnergyWindow::number)
                .containsExactly(
                        5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
    }

    @Test
    void chargesNothingOnceTheMeterIsLost() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.of(10));
        ledger.busy(1_000_000_000L);
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
        assertThat(ledger.windows()).hasSize(1);
    }

    @Test
    void countsAShareThatCannotBeReadAsALoss() throws IOException {
        boolean[] broken = {false};
        EnergyLedger ledger =
                new EnergyLedger(
                        meter,
                        () -> {
                            if (broken[0]) {
                                throw new IOException("no /proc");
                            }
                            return share;
                        },
                        clock::get,
                        SECOND,
                        OptionalDouble.of(10));
        ledger.busy(1_000_000_000L);
        pass(1, 50);
        ledger.tick();

        broken[0] = true;
        pass(1, 50);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
        assertThat(ledger.windows()).hasSize(1);
    }

    @Test
    void conservesEnergyInEveryWindowAndOverall() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ManualEnergyMeter odd = new ManualEnergyMeter(1e-5);
        EnergyLedger ledger =
                new EnergyLedger(
                        odd,
                        () -> new BusyShare(random.nextDouble(), 0),
                        clock::get,
                        SECOND,
                        OptionalDouble.of(random.nextDouble() * 50));
        double joules = 0;
        double parts = 0;

        for (int count = 1; count <= 10_000; count++) {
            long busy = random.nextInt(4) == 0 ? 0 : random.nextLong(8_000_000_000L);
            ledger.busy(busy);
            clock.addAndGet(1_000_000_000L + random.nextLong(1_000_000_000L));
            odd.draw(0.001 + random.nextDouble() * 200);
            ledger.tick();

            List<EnergyWindow> windows = ledger.windows();
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

    @Test
    void conservesBusyTimeOfSeveralThreads() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        int threads = 4;
        int batches = 20_000;
        EnergyLedger ledger = ledger(OptionalDouble.of(5));
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Long>> reported = new ArrayList<>();
        List<Charge> charges = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Random random = new Random(seed + thread);
            reported.add(
                    executor.submit(
                            () -> {
                                start.await();
                                long sum = 0;
                                for (int batch = 0; batch < batches; batch++) {
                                    long nanos = random.nextLong(10_000_000);
                                    ledger.busy(nanos);
                                    sum += nanos;
                                    FrameEnergy energy = ledger.charge(nanos, 8);
                                    if (energy != null) {
                                        synchronized (charges) {
                                            charges.add(new Charge(nanos, energy));
                                        }
                                    }
                                }
                                return sum;
                            }));
        }

        Map<Long, EnergyWindow> windows = new HashMap<>();
        Random random = new Random(seed - 1);
        long expected = 1;
        ledger.busy(1);
        tickOnce(ledger, random, windows);
        start.countDown();
        for (Future<Long> future : reported) {
            while (!future.isDone()) {
                tickOnce(ledger, random, windows);
            }
            expected += future.get();
        }
        tickOnce(ledger, random, windows);
        executor.shutdownNow();

        long busy = windows.values().stream().mapToLong(EnergyWindow::busyNanos).sum();
        assertThat(busy).isEqualTo(expected);
        for (EnergyWindow window : windows.values()) {
            assertThat(
                            window.idleJoules()
                                    + window.attributedJoules()
                                    + window.unattributedJoules())
                    .isEqualTo(window.joules());
        }
        assertThat(charges).hasSize(threads * batches);
        for (Charge charge : charges) {
            EnergyWindow window = Objects.requireNonNull(windows.get(charge.energy.window()));
            double seconds = charge.nanos / 1e9 / 8;
            assertThat(charge.energy.joules()).isEqualTo(window.joulesPerBusySecond() * seconds);
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
        EnergyLedger ledger =
                new EnergyLedger(coarse, () -> share, clock::get, SECOND, OptionalDouble.of(2));

        for (int count = 0; count < 2_000; count++) {
            double truth = 20 * step + step + random.nextDouble() * 20;
            double trueShare = random.nextDouble();
            double shareError = random.nextDouble() * 0.1;
            double read = trueShare + shareError * (2 * random.nextDouble() - 1);
            share = new BusyShare(Math.max(0, Math.min(1, read)), shareError);
            long busy = 1 + random.nextLong(2_000_000_000L);

            ledger.busy(busy);
            pass(1, 0);
            coarse.draw(truth);
            ledger.tick();

            List<EnergyWindow> windows = ledger.windows();
            EnergyWindow window = windows.get(windows.size() - 1);
            double trueRate = (truth - 2) * trueShare / (busy / 1e9);
            assertThat(window.joulesPerBusySecond())
                    .isCloseTo(
                            trueRate,
                            within(window.errorJoulesPerBusySecond() + 1e-8 / (busy / 1e9)));
        }
    }

    @Test
    void ticksByItselfUntilClosed() throws Exception {
        CountDownLatch ticked = new CountDownLatch(3);
        List<Thread> tickers = new CopyOnWriteArrayList<>();
        Thread maker = Thread.currentThread();
        EnergyLedger ledger =
                new EnergyLedger(
                        meter,
                        () -> share,
                        () -> {
                            if (Thread.currentThread() != maker) {
                                tickers.add(Thread.currentThread());
                                ticked.countDown();
                            }
                            return clock.get();
                        },
                        SECOND,
                        OptionalDouble.of(10));

        ledger.start(Duration.ofMillis(1));
        boolean inTime = ticked.await(30, TimeUnit.SECONDS);
        ledger.close();

        assertThat(inTime).isTrue();
        Thread ticker = tickers.get(0);
        assertThat(ticker.isDaemon()).isTrue();
        ticker.join(30_000);
        assertThat(ticker.isAlive()).isFalse();
    }

    @Test
    void startsOnce() throws IOException {
        try (EnergyLedger ledger = ledger(OptionalDouble.empty())) {
            ledger.start(SECOND);

            assertThatThrownBy(() -> ledger.start(SECOND))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the energy ledger was started before; start it once");
        }
    }

    @Test
    void closesUnstarted() throws IOException {
        EnergyLedger ledger = ledger(OptionalDouble.empty());

        ledger.close();

        assertThat(ledger.windows()).isEmpty();
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
                                new EnergyLedger(
                                        meter,
                                        () -> share,
                                        clock::get,
                                        Duration.ZERO,
                                        OptionalDouble.empty()))
                .hasMessage("minimumWindow was PT0S but it must be positive");
        try (EnergyLedger ledger = ledger(OptionalDouble.empty())) {
            assertThatThrownBy(() -> ledger.start(Duration.ofSeconds(-1)))
                    .hasMessage("interval was PT-1S but it must be positive");
            assertThatThrownBy(() -> ledger.charge(1, 0))
                    .hasMessage("batchSize was 0 but it must be 1 or more");
        }
    }

    private EnergyLedger ledger(OptionalDouble idleWatts) throws IOException {
        return new EnergyLedger(meter, () -> share, clock::get, SECOND, idleWatts);
    }

    private void pass(double seconds, double joules) {
        clock.addAndGet(Math.round(seconds * 1e9));
        meter.draw(joules);
    }

    private void tickOnce(EnergyLedger ledger, Random random, Map<Long, EnergyWindow> windows) {
        share = new BusyShare(random.nextDouble(), random.nextDouble());
        pass(1, 6 + random.nextDouble() * 100);
        ledger.tick();
        for (EnergyWindow window : ledger.windows()) {
            windows.put(window.number(), window);
        }
    }

    private record Charge(long nanos, FrameEnergy energy) {}
}
