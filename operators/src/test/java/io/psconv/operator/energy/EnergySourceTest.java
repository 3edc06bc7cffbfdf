package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
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
    @ValueSource(strings = {"nvml", "RAPL", "", "auto "})
    void rejectsAnythingElse(String text) {
        assertThatThrownBy(() -> EnergySource.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "energy.source was '%s' but it must be one of auto, rapl, modelled, none",
                        text);
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "RAPL"})
    void measuresWhereItCan(EnergySource source) throws IOException {
        new PowercapTree(root).zone("intel-rapl:0", "package-0", 0, 10);

        assertThat(source.openMeter(root)).get().isInstanceOf(RaplEnergyMeter.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"MODELLED", "NONE"})
    void leavesTheCounterAlone(EnergySource source) throws IOException {
        new PowercapTree(root).zone("intel-rapl:0", "package-0", 0, 10);

        assertThat(source.openMeter(root)).isEmpty();
    }

    @Test
    void autoGoesOnWithoutPackage() throws IOException {
        assertThat(EnergySource.AUTO.openMeter(root)).isEmpty();
    }

    @Test
    void autoGoesOnWithoutPermission() throws IOException {
        PowercapTree tree = new PowercapTree(root);
        tree.zone("intel-rapl:0", "package-0", 0, 10);
        tree.makeUnreadable("intel-rapl:0");

        assertThat(EnergySource.AUTO.openMeter(root)).isEmpty();
    }

    @Test
    void raplInsistsOnAPackage() {
        assertThatThrownBy(() -> EnergySource.RAPL.openMeter(root))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s has no package intel-rapl:N, as in most virtual machines; choose"
                                + " energy.source modelled or none",
                        root);
    }
}
