package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvmlEnergyMeterTest {
    private static final String FIRST = "0000:1B:00.0";
    private static final String SECOND = "0000:43:00.0";
    private static final int OWN = (int) ProcessHandle.current().pid();

    private final EmulatedNvml library = new EmulatedNvml();

    @BeforeEach
    void addDevices() {
        library.device(FIRST, 700, OWN);
        library.device(SECOND, 300, OWN);
    }

    @Test
    void addsUpDevicesSinceItWasMade() throws IOException {
        library.draw(FIRST, 50);
        library.refresh();
        NvmlEnergyMeter meter = open(FIRST, SECOND);
        assertThat(meter.readJoules()).isZero();

        library.draw(FIRST, 10.5);
        library.draw(SECOND, 4.25);
        library.refresh();

        assertThat(meter.readJoules()).isEqualTo(14.75);
        assertThat(meter.source()).isEqualTo("nvml");
    }

    @Test
    void countsTheDevicesItIsToldOnly() throws IOException {
        NvmlEnergyMeter meter = open(SECOND);
        library.draw(FIRST, 100);
        library.draw(SECOND, 1);
        library.refresh();

        assertThat(meter.readJoules()).isEqualTo(1);
    }

    /** What the power limits let devices draw in a tenth of a second. */
    @Test
    void aReadingIsShortByNoMoreThanAStep() throws IOException {
        NvmlEnergyMeter meter = open(FIRST, SECOND);
        assertThat(meter.stepJoules()).isEqualTo((700 + 300) * 0.1, within(1e-9));

        library.draw(FIRST, 70);
        library.draw(SECOND, 30);
        double shown = meter.readJoules();
        library.refresh();
        assertThat(meter.readJoules() - shown).isLessThanOrEqualTo(meter.stepJoules());
    }

    @ParameterizedTest
    @CsvSource({
        "nvmlDeviceGetTotalEnergyConsumption, 3, '3 (Not Supported); the device has no such"
                + " counter, which those since Volta have'",
        "nvmlDeviceGetTotalEnergyConsumption, 15, '15 (GPU is lost); the device fell off the bus'",
        "nvmlDeviceGetEnforcedPowerLimit, 4, 'this process may not read it'",
        "nvmlInit_v2, 9, '9 (Driver Not Loaded); the driver''s kernel module is not loaded'"
    })
    void saysWhyItCannotBeRead(String function, int code, String reason) {
        library.fail(function, code);

        assertThatThrownBy(() -> open(FIRST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(function + ", ")
                .hasMessageContaining("failed with NVML error " + code)
                .hasMessageContaining(reason);
    }

    @Test
    void saysThatADeviceIsNotKnown() {
        assertThatThrownBy(() -> open("0000:99:00.0"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "nvmlDeviceGetHandleByPciBusId_v2, looking for device 0000:99:00.0, failed"
                                + " with NVML error 6 (Not Found)");
    }

    @Test
    void saysThatNoEngineUsesDevices() {
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("choose classify.engine cuda, or another energy.source");
    }

    @Test
    void saysWhichLibraryIsMissing() {
        assertThatThrownBy(() -> Nvml.open("libnvidia-ml-of-nobody.so.1"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "the library libnvidia-ml-of-nobody.so.1 of NVIDIA's driver cannot be"
                                + " loaded: ");
    }

    @Test
    void aProcessAloneHasAllTheEnergy() throws IOException {
        assertThat(open(FIRST, SECOND).processShare().sinceLastCall())
                .isEqualTo(new BusyShare(1, 0));
    }

    @Test
    void severalProcessesShareBySamples() throws IOException {
        EmulatedNvml shared = new EmulatedNvml();
        shared.device(FIRST, 700, OWN, OWN + 1);
        ProcessShare share = NvmlEnergyMeter.open(new Nvml(shared), List.of(FIRST)).processShare();
        shared.sample(FIRST, OWN, 1000, 60);
        shared.sample(FIRST, OWN + 1, 1000, 20);

        assertThat(share.sinceLastCall()).isEqualTo(new BusyShare(0.75, 2 / 80.0));

        shared.sample(FIRST, OWN + 1, 2000, 50);
        assertThat(share.sinceLastCall()).isEqualTo(new BusyShare(0, 1));
        shared.sample(FIRST, OWN, 3000, 50);
        shared.sample(FIRST, OWN + 1, 3000, 50);
        assertThat(share.sinceLastCall()).isEqualTo(new BusyShare(0.5, 0.02));
    }

    /** As of a part of a device (3), or for a process without the right (4). */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void doesWithoutSamplesOfProcesses(int code) throws IOException {
        EmulatedNvml alone = new EmulatedNvml();
        alone.device(FIRST, 700, OWN);
        alone.fail("nvmlDeviceGetProcessUtilization", code);
        EmulatedNvml shared = new EmulatedNvml();
        shared.device(FIRST, 700, OWN, OWN + 1);
        shared.fail("nvmlDeviceGetProcessUtilization", code);

        assertThat(
                        NvmlEnergyMeter.open(new Nvml(alone), List.of(FIRST))
                                .processShare()
                                .sinceLastCall())
                .isEqualTo(new BusyShare(1, 0));
        assertThat(
                        NvmlEnergyMeter.open(new Nvml(shared), List.of(FIRST))
                                .processShare()
                                .sinceLastCall())
                .isEqualTo(new BusyShare(0, 1));
    }

    /** Frames are charged for the time that the device computed them, and all of it adds up. */
    @Test
    void conservesEnergy() throws IOException {
        ManualClock clock = new ManualClock();
        NvmlEnergyMeter meter = open(FIRST);
        List<EnergyWindow> windows = new ArrayList<>();
        MeasuredLedger ledger =
                new CounterWindows(
                                meter,
                                meter.processShare(),
                                clock,
                                Duration.ofSeconds(1),
                                OptionalDouble.of(100))
                        .join(LedgerName.random(), windows::add);
        assertThat(ledger.countsDeviceTime()).isTrue();

        double charged = 0;
        double rateOfWindows = 0;
        for (int second = 0; second < 12; second++) {
            FrameEnergy charge = ledger.charge(600_000_000, 30);
            if (charge != null) {
                charged += charge.joules() * 30;
            }
            library.draw(FIRST, 500);
            library.refresh();
            clock.pass(1);
            ledger.tick();
        }

        // 20 steps of 70 J want 1,400 J, three seconds' worth.
        assertThat(windows).hasSize(4);
        for (EnergyWindow window : windows) {
            assertThat(window.source()).isEqualTo("nvml");
            assertThat(window.joules()).isEqualTo(1500);
            assertThat(
                            window.idleJoules()
                                    + window.attributedJoules()
                                    + window.unattributedJoules())
                    .isEqualTo(window.joules());
            assertThat(window.attributedJoules()).isEqualTo(1200);
            assertThat(window.busyNanos()).isEqualTo(1_800_000_000);
            rateOfWindows = window.joulesPerBusySecond();
            // A step and a twentieth of what was read.
            assertThat(window.errorJoulesPerBusySecond())
                    .isEqualTo((70 + 0.05 * 1500) / 1.8, within(1e-9));
        }
        assertThat(charged).isEqualTo(9 * 0.6 * rateOfWindows, within(1e-6));
    }

    private NvmlEnergyMeter open(String... addresses) throws IOException {
        return NvmlEnergyMeter.open(new Nvml(library), List.of(addresses));
    }
}
