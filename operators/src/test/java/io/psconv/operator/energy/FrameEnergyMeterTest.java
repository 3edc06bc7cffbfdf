package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameEnergyMeterTest {
    private static final ModelledEnergy MODELLED = new ModelledEnergy(1, 1, 1);

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "RAPL"})
    void measuresWithALedger(EnergySource source) throws IOException {
        EnergyLedger ledger = ledger();

        assertThat(FrameEnergyMeter.of(source, ledger, MODELLED)).isSameAs(ledger);
    }

    @Test
    void autoModelsWithoutLedger() {
        assertThat(FrameEnergyMeter.of(EnergySource.AUTO, null, MODELLED)).isSameAs(MODELLED);
    }

    @Test
    void raplInsistsOnALedger() {
        assertThatThrownBy(() -> FrameEnergyMeter.of(EnergySource.RAPL, null, MODELLED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("energy.source was 'rapl' but no energy ledger runs; start one first");
    }

    @Test
    void modelsWhateverRuns() throws IOException {
        assertThat(FrameEnergyMeter.of(EnergySource.MODELLED, ledger(), MODELLED))
                .isSameAs(MODELLED);
    }

    @Test
    void noneChargesNothing() throws IOException {
        FrameEnergyMeter none = FrameEnergyMeter.of(EnergySource.NONE, ledger(), MODELLED);

        none.busy(1_000_000);

        assertThat(none.charge(1_000_000, 1)).isNull();
        assertThat(none.source()).isEqualTo("none");
        assertThatThrownBy(() -> none.charge(1_000_000, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batchSize was 0 but it must be 1 or more");
    }

    private static EnergyLedger ledger() throws IOException {
        return new EnergyLedger(
                new ManualEnergyMeter(1),
                () -> new BusyShare(1, 0),
                () -> 0,
                Duration.ofSeconds(1),
                OptionalDouble.of(0));
    }
}
