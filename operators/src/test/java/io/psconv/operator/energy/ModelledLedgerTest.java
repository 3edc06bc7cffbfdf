package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ModelledLedgerTest {
    private static final LedgerName NAME = new LedgerName("0123456789abcdef", "host");
    private static final ModelledEnergy MODEL = new ModelledEnergy(8_000, 100, 1_000);
    private static final double PICOJOULE = 1e-12;

    private final ManualClock clock = new ManualClock();
    private final List<EnergyWindow> windows = new CopyOnWriteArrayList<>();
    private final ModelledLedger ledger =
            new ModelledLedger(NAME, clock, Duration.ofSeconds(1), windows::add);

    @Test
    void chargesAModelledFigureWhateverTheTime() {
        FrameEnergyMeter meter = ledger.meter(MODEL);

        FrameEnergy charge = Objects.requireNonNull(meter.charge(401, 4));

        assertThat(charge.joules()).isCloseTo(MODEL.joulesPerImage(4), within(PICOJOULE));
        assertThat(charge)
                .isEqualTo(new FrameEnergy(charge.joules(), "modelled", 0, 0, NAME.id(), 1, 101));
        assertThat(Objects.requireNonNull(meter.charge(9_000, 4)).joules())
                .isEqualTo(charge.joules());
        assertThat(meter.source()).isEqualTo("modelled").isEqualTo(ledger.source());
    }

    @Test
    void closesWhatWasChargedAndNothingElse() {
        FrameEnergy charge = Objects.requireNonNull(ledger.meter(MODEL).charge(1_000, 4));
        clock.pass(1);
        ledger.tick();

        double sum = 4 * charge.joules();
        assertThat(windows)
                .containsExactly(
                        new EnergyWindow(
                                NAME.id(),
                                NAME.host(),
                                "modelled",
                                1,
                                1_000_007_000L,
                                1_000_008_000L,
                                1_000_000_000L,
                                sum,
                                0,
                                sum,
                                0,
                                1_000,
                                sum / 1e-6,
                                0));
    }

    @Test
    void closesNothingWithoutFramesAndSpansTheRest() {
        clock.pass(10);
        ledger.tick();
        ledger.checkpoint();
        ledger.settle();
        assertThat(windows).isEmpty();

        ledger.meter(MODEL).charge(1_000, 1);
        ledger.tick();
        assertThat(windows)
                .singleElement()
                .satisfies(window -> assertThat(window.durationNanos()).isEqualTo(10_000_000_000L));
    }

    @Test
    void closesEarlyBeforeACheckpointOnly() {
        ledger.meter(MODEL).charge(1_000, 1);
        clock.pass(0.5);
        ledger.tick();
        assertThat(windows).isEmpty();

        ledger.checkpoint();
        ledger.checkpoint();
        assertThat(windows).hasSize(1);
    }

    /** Several subtasks with several models: every window is the sum of its charges, exactly. */
    @Test
    void conservesTheFramesOfSeveralSubtasks() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        ExecutorService executor = Executors.newFixedThreadPool(4);
        List<Future<Map<Long, Sum>>> futures = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(seed + thread);
            futures.add(executor.submit(() -> chargeAll(random)));
        }
        Map<Long, Sum> sums = new HashMap<>();
        for (Future<Map<Long, Sum>> future : futures) {
            while (!future.isDone()) {
                clock.pass(0.3);
                ledger.tick();
            }
            future.get().forEach((number, sum) -> sums.merge(number, sum, Sum::plus));
        }
        clock.pass(0.3);
        ledger.settle();
        executor.shutdownNow();

        assertThat(windows).hasSameSizeAs(sums.keySet());
        for (EnergyWindow window : windows) {
            Sum sum = Objects.requireNonNull(sums.get(window.number()));
            assertThat(window.attributedJoules()).isEqualTo(sum.joules);
            assertThat(window.joules()).isEqualTo(sum.joules);
            assertThat(window.busyNanos()).isEqualTo(sum.busyNanos);
        }
    }

    @Test
    void rejectsAWindowWithoutLength() {
        assertThatThrownBy(() -> new ModelledLedger(NAME, clock, Duration.ZERO, windows::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minimumWindow was PT0S but it must be positive");
    }

    @Test
    void everyLedgerHasANameOfItsOwn() {
        LedgerName one = LedgerName.random();

        assertThat(one.id()).matches("[0-9a-f]{16}").isNotEqualTo(LedgerName.random().id());
        assertThat(one.host()).isNotEmpty();
    }

    private Map<Long, Sum> chargeAll(Random random) {
        FrameEnergyMeter meter =
                ledger.meter(
                        new ModelledEnergy(
                                random.nextInt(12_000_000),
                                random.nextInt(1_000_000),
                                random.nextInt(600_000_000)));
        Map<Long, Sum> sums = new HashMap<>();
        for (int batch = 0; batch < 20_000; batch++) {
            int batchSize = 1 + random.nextInt(32);
            FrameEnergy charge =
                    Objects.requireNonNull(meter.charge(random.nextLong(9_000_000), batchSize));
            for (int frame = 0; frame < batchSize; frame++) {
                sums.merge(
                        charge.workWindow(),
                        new Sum(charge.joules(), charge.busyNanos()),
                        Sum::plus);
            }
        }
        return sums;
    }

    private record Sum(double joules, long busyNanos) {
        Sum plus(Sum other) {
            return new Sum(joules + other.joules, busyNanos + other.busyNanos);
        }
    }
}
