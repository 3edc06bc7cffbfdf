package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaplEnergyMeterTest {
    private Path root;
    private PowercapTree tree;

    @BeforeEach
    void makeTree(@TempDir Path directory) {
        root = directory;
        tree = new PowercapTree(directory);
    }

    @Test
    void sumsThePackages() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 1_000_000, 10_000_000);
        tree.zone("intel-rapl:1", "package-1", 2_000_000, 10_000_000);
        EnergyMeter meter = open();

        tree.count("intel-rapl:0", 1_500_000);
        tree.count("intel-rapl:1", 2_250_000);

        assertThat(meter.readJoules()).isEqualTo(0.75);
        assertThat(meter.source()).isEqualTo("rapl");
        assertThat(meter.stepJoules()).isEqualTo(2 * 0x1p-14);
    }

    @Test
    void startsAtZero() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 123_456, 10_000_000);

        assertThat(open().readJoules()).isZero();
    }

    @Test
    void leavesOutWhatIsCountedElsewhere() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 0, 10_000_000);
        tree.zone("intel-rapl:0:0", "core", 0, 10_000_000);
        tree.zone("intel-rapl:1", "psys", 0, 10_000_000);
        tree.zone("intel-rapl-mmio:0", "package-0", 0, 10_000_000);
        Files.createDirectory(root.resolve("intel-rapl"));
        EnergyMeter meter = open();

        tree.count("intel-rapl:0", 4_000_000);
        tree.count("intel-rapl:0:0", 3_000_000);
        tree.count("intel-rapl:1", 9_000_000);
        tree.count("intel-rapl-mmio:0", 4_000_000);

        assertThat(meter.readJoules()).isEqualTo(4);
        assertThat(meter.stepJoules()).isEqualTo(0x1p-14);
    }

    @Test
    void wrapsEachPackageAtItsOwnRange() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 9_000_000, 10_000_000);
        tree.zone("intel-rapl:1", "package-1", 4_000_000, 5_000_000);
        EnergyMeter meter = open();

        tree.count("intel-rapl:0", 500_000);
        tree.count("intel-rapl:1", 250_000);

        assertThat(meter.readJoules()).isEqualTo(1.5 + 1.25);
    }

    @Test
    void keepsCountingOverManyRounds() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long range = 65_532_610_987L;
        tree.zone("intel-rapl:0", "package-0", 0, range);
        EnergyMeter meter = open();
        long truth = 0;

        for (int reading = 0; reading < 200; reading++) {
            truth += random.nextLong(range);
            tree.count("intel-rapl:0", truth % range);
            assertThat(meter.readJoules()).isCloseTo(truth / 1e6, within(1e-6));
        }
    }

    @Test
    void isAbsentWithoutTree() throws IOException {
        assertThat(RaplEnergyMeter.open(root.resolve("powercap"))).isEmpty();
    }

    @Test
    void isAbsentWithoutPackages() throws IOException {
        tree.zone("intel-rapl:0:0", "core", 0, 10);
        tree.zone("dtpm", "dtpm", 0, 10);

        assertThat(RaplEnergyMeter.open(root)).isEmpty();
    }

    @Test
    void saysWhichCounterIsUnreadableAndWhatToDo() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 0, 10_000_000);
        Path counter = tree.makeUnreadable("intel-rapl:0");

        assertThatThrownBy(() -> RaplEnergyMeter.open(root))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s could not be read; it is often readable by root only: run"
                                + " 'chmod a+r %s' as root, or run this process as root",
                        counter, counter)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void failsWhenACounterGoesAway() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 0, 10_000_000);
        EnergyMeter meter = open();
        Path counter = tree.makeUnreadable("intel-rapl:0");

        assertThatThrownBy(meter::readJoules)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(counter + " could not be read;");
    }

    @Test
    void rejectsWhatIsNoNumber() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 0, 10_000_000);
        EnergyMeter meter = open();
        tree.write("intel-rapl:0", "energy_uj", "lots");

        assertThatThrownBy(meter::readJoules)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s was 'lots' but it must be a whole number of microjoules",
                        root.resolve("intel-rapl:0/energy_uj"));
    }

    @Test
    void rejectsACounterBeyondItsRange() throws IOException {
        tree.zone("intel-rapl:0", "package-0", 0, 10_000_000);
        EnergyMeter meter = open();
        tree.count("intel-rapl:0", 10_000_001);

        assertThatThrownBy(meter::readJoules)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s was 10000001 but its range is 0 to 10000000 microjoules",
                        root.resolve("intel-rapl:0/energy_uj"));
    }

    private EnergyMeter open() throws IOException {
        return RaplEnergyMeter.open(root).orElseThrow();
    }
}
