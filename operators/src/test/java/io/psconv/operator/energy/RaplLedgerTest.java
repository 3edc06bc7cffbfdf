package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger over the counters of two packages, as a powercap tree shows them. */
class RaplLedgerTest {
    private static final long RANGE = 65_532_610_987L;

    private final ManualClock clock = new ManualClock();
    private final List<EnergyWindow> windows = new ArrayList<>();
    private PowercapTree tree;
    private MeasuredLedger ledger;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        tree = new PowercapTree(root);
        tree.zone("intel-rapl:0", "package-0", RANGE - 15_000_000, RANGE);
        tree.zone("intel-rapl:1", "package-1", 0, RANGE);
        ledger =
                new CounterWindows(
                                EnergySource.RAPL.openMeter(root, List.of()).orElseThrow(),
                                () -> new BusyShare(0.5, 0),
                                clock,
                                Duration.ofSeconds(1),
                                OptionalDouble.of(10))
                        .join(LedgerName.random(), windows::add);
    }

    @Test
    void conservesEnergyThroughAWrapAroundOfOnePackage() throws IOException {
        long first = RANGE - 15_000_000;
        long second = 0;
        for (int count = 0; count < 3; count++) {
            ledger.charge(500_000_000, 1);
            clock.pass(1);
            first = (first + 10_000_000) % RANGE;
            second += 20_000_000;
            tree.count("intel-rapl:0", first);
            tree.count("intel-rapl:1", second);
            ledger.tick();
        }

        assertThat(first).isEqualTo(15_000_000);
        assertThat(windows).hasSize(3);
        for (EnergyWindow window : windows) {
            assertThat(window.joules()).isCloseTo(30, within(1e-8));
            assertThat(window.idleJoules()).isEqualTo(10);
            assertThat(window.attributedJoules()).isCloseTo(10, within(1e-8));
            assertThat(
                            window.idleJoules()
                                    + window.attributedJoules()
                                    + window.unattributedJoules())
                    .isEqualTo(window.joules());
        }
    }

    @Test
    void chargesNothingOnceACounterCannotBeReadAnyMore() throws IOException {
        ledger.charge(500_000_000, 1);
        clock.pass(1);
        tree.count("intel-rapl:1", 30_000_000);
        ledger.tick();
        FrameEnergy charge = Objects.requireNonNull(ledger.charge(1_000_000, 1));
        assertThat(charge.source()).isEqualTo("rapl");

        tree.makeUnreadable("intel-rapl:0");
        clock.pass(1);
        tree.count("intel-rapl:1", 60_000_000);
        ledger.tick();

        assertThat(ledger.charge(1_000_000, 1)).isNull();
        assertThat(windows).hasSize(1);
        assertThat(charge.workWindow()).as("a window that never closes").isEqualTo(2);
    }
}
