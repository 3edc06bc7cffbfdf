package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnergySourceTest {
    private Path root;

    @BeforeEach
    void takeDirectory(@TempDir Path directory) {
        root = directory;
    }

    @ParameterizedTest
    @EnumSource
    void readsItsOwnOption(EnergySource source) {
        assertThat(EnergySource.parse(source.option())).isEqualTo(source);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda", "RAPL", "", "auto "})
    void rejectsAnythingElse(String text) {
        assertThatThrownBy(() -> EnergySource.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "energy.source was '%s' but it must be one of auto, rapl, nvml, modelled,"
                                + " none",
                        text);
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "RAPL"})
    void measuresWhereItCan(EnergySource source) throws IOException {
        new PowercapTree(root).zone("intel-rapl:0", "package-0", 0, 10);

        assertThat(source.openMeter(root, List.of())).get().isInstanceOf(RaplEnergyMeter.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"MODELLED", "NONE"})
    void leavesTheCounterAlone(EnergySource source) throws IOException {
        new PowercapTree(root).zone("intel-rapl:0", "package-0", 0, 10);

        assertThat(source.openMeter(root, List.of())).isEmpty();
    }

    @Test
    void autoGoesOnWithoutPackage() throws IOException {
        assertThat(EnergySource.AUTO.openMeter(root, List.of())).isEmpty();
    }

    @Test
    void autoGoesOnWithoutPermission() throws IOException {
        PowercapTree tree = new PowercapTree(root);
        tree.zone("intel-rapl:0", "package-0", 0, 10);
        tree.makeUnreadable("intel-rapl:0");

        assertThat(EnergySource.AUTO.openMeter(root, List.of())).isEmpty();
    }

    /** The processor's counter says little of what a device does. */
    @Test
    void autoDoesNotMeasureTheProcessorWhereDevicesCompute() throws IOException {
        assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a driver of NVIDIA's");
        new PowercapTree(root).zone("intel-rapl:0", "package-0", 0, 10);

        assertThat(EnergySource.AUTO.openMeter(root, List.of("0000:1B:00.0"))).isEmpty();
    }

    @Test
    void nvmlInsistsOnADriver() {
        assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a driver of NVIDIA's");

        assertThatThrownBy(() -> EnergySource.NVML.openMeter(root, List.of("0000:1B:00.0")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "the library libnvidia-ml.so.1 of NVIDIA's driver cannot be loaded: ");
    }

    @Test
    void raplInsistsOnAPackage() {
        assertThatThrownBy(() -> EnergySource.RAPL.openMeter(root, List.of()))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s has no package intel-rapl:N, as in most virtual machines; choose"
                                + " energy.source modelled or none",
                        root);
    }
}
