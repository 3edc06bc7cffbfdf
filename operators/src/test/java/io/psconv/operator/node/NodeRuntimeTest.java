package io.psconv.operator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.energy.RaplEnergyMeter;
import io.psconv.operator.metrics.PortRange;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeRuntimeTest {
    private static final PortRange ANY = new PortRange(0, 0);

    @Test
    void isOneForAllLeases() throws IOException {
        try (NodeRuntime.Lease one = acquire(EnergySource.MODELLED, ANY);
                NodeRuntime.Lease two = acquire(EnergySource.MODELLED, ANY)) {
            assertThat(two.models()).isSameAs(one.models());
            assertThat(two.registry()).isSameAs(one.registry());
            assertThat(two.meters()).isSameAs(one.meters());
            assertThat(two.metricsPort()).isPresent().isEqualTo(one.metricsPort());
        }
    }

    @Test
    void endsWithTheLastLease() throws IOException {
        NodeRuntime.Lease one = acquire(EnergySource.MODELLED, ANY);
        NodeRuntime.Lease two = acquire(EnergySource.MODELLED, ANY);
        int port = one.metricsPort().orElseThrow();

        one.close();
        one.close();
        assertThatThrownBy(() -> listen(port)).isInstanceOf(IOException.class);

        two.close();
        listen(port);
        try (NodeRuntime.Lease next = acquire(EnergySource.MODELLED, null)) {
            assertThat(next.registry()).isNotSameAs(two.registry());
            assertThat(next.metricsPort()).isEmpty();
        }
    }

    @Test
    void keepsTheSettingsOfTheFirstLease() throws IOException {
        try (NodeRuntime.Lease first = acquire(EnergySource.MODELLED, null);
                NodeRuntime.Lease second = acquire(EnergySource.NONE, ANY)) {
            assertThat(second.metricsPort()).isEmpty();
            assertThat(second.models()).isSameAs(first.models());
        }
    }

    @Test
    void startsAgainAfterAFailedStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> acquire(EnergySource.MODELLED, new PortRange(port, port)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("metrics.port was '" + port + "-" + port + "'");
        }

        try (NodeRuntime.Lease next = acquire(EnergySource.NONE, ANY)) {
            assertThat(next.metricsPort()).isPresent();
        }
    }

    @Test
    void saysThatThereIsNoRaplToReadWhereItIsInsistedOn() throws IOException {
        assumeThat(RaplEnergyMeter.POWERCAP.resolve("intel-rapl:0")).doesNotExist();

        assertThatThrownBy(() -> acquire(EnergySource.RAPL, null))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "/sys/class/powercap has no package intel-rapl:N, as in most virtual"
                                + " machines; choose energy.source modelled or none");
        try (NodeRuntime.Lease next = acquire(EnergySource.MODELLED, ANY)) {
            assertThat(next.metricsPort()).isPresent();
        }
    }

    /** A job's next attempt in this process gets what the one before could not hand on. */
    @Test
    void closesTheLastWindowWithTheLastLeaseAndKeepsItForTheNextAttempt() throws IOException {
        try (NodeRuntime.Lease first = acquire(EnergySource.MODELLED, null)) {
            first.energyWindows("job-1");
            first.energy(new ModelledEnergy(1_000, 1_000, 1_000)).charge(1_000, 2);
        }
        List<EnergyWindow> windows = new ArrayList<>();
        try (NodeRuntime.Lease next = acquire(EnergySource.MODELLED, null)) {
            next.energyWindows("job-1").poll(windows::add);
        }

        assertThat(windows)
                .singleElement()
                .satisfies(window -> assertThat(window.busyNanos()).isEqualTo(1_000))
                .satisfies(window -> assertThat(window.attributedJoules()).isPositive());
    }

    @Test
    void keepsNoWindowForAnotherJob() throws IOException {
        try (NodeRuntime.Lease first = acquire(EnergySource.MODELLED, null)) {
            first.energyWindows("job-1");
            first.energy(new ModelledEnergy(1_000, 1_000, 1_000)).charge(1_000, 2);
        }
        List<EnergyWindow> windows = new ArrayList<>();
        try (NodeRuntime.Lease next = acquire(EnergySource.MODELLED, null)) {
            next.energyWindows("job-2").poll(windows::add);
        }

        assertThat(windows).isEmpty();
    }

    @Test
    void handsOutNoWindowsWhereTheSettingsDoNotAsk() throws IOException {
        List<EnergyWindow> windows = new ArrayList<>();
        NodeSettings quiet =
                new NodeSettings(
                        EnergySource.MODELLED,
                        Duration.ofMillis(100),
                        false,
                        "127.0.0.1",
                        null,
                        null);
        try (NodeRuntime.Lease lease = NodeRuntime.acquire(quiet)) {
            EnergyWindowFeed feed = lease.energyWindows("job-1");
            lease.energy(new ModelledEnergy(1_000, 1_000, 1_000)).charge(1_000, 2);
            feed.beforeBarrier(1, windows::add);
            feed.finish(windows::add);
        }

        assertThat(windows).isEmpty();
    }

    @Test
    void aLeaseOffersOneGroup() throws IOException {
        try (NodeRuntime.Lease lease = acquire(EnergySource.MODELLED, null)) {
            lease.showMeters(new UnregisteredMetricsGroup());

            assertThatThrownBy(() -> lease.showMeters(new UnregisteredMetricsGroup()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the lease has offered a group already");
        }
    }

    @Test
    void aLeaseJoinsOnce() throws IOException {
        try (NodeRuntime.Lease lease = acquire(EnergySource.MODELLED, null)) {
            lease.energyWindows("job-1");

            assertThatThrownBy(() -> lease.energyWindows("job-1"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the lease has a feed of energy windows already");
        }
    }

    @Test
    void addsUpWhereTheEnergyWent() throws IOException {
        try (NodeRuntime.Lease lease = acquire(EnergySource.MODELLED, null)) {
            EnergyWindowFeed feed = lease.energyWindows("job-1");
            List<EnergyWindow> windows = new ArrayList<>();
            for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
                lease.energy(new ModelledEnergy(1_000, 1_000, 1_000)).charge(1_000, 2);
                feed.beforeBarrier(checkpoint, windows::add);
            }

            assertThat(windows).hasSize(3);
            assertThat(
                            lease.registry()
                                    .get("energy.attributed")
                                    .tag("energy.source", "modelled")
                                    .counter()
                                    .count())
                    .isEqualTo(windows.stream().mapToDouble(EnergyWindow::attributedJoules).sum());
            assertThat(lease.registry().find("energy.idle").meter()).isNull();
        }
    }

    /** A sink may come before the operator that knows the task manager's devices. */
    @Test
    void theEnergyOfDevicesIsReadOnlyForThoseWhoClassify() throws IOException {
        assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a driver of NVIDIA's");
        NodeSettings settings =
                new NodeSettings(
                        EnergySource.NVML,
                        Duration.ofMillis(100),
                        false,
                        "127.0.0.1",
                        null,
                        null,
                        "cuda precision=fp16");

        try (NodeRuntime.Lease sink = NodeRuntime.acquire(settings)) {
            assertThat(sink.registry()).isNotNull();
            assertThatThrownBy(() -> sink.energy(new ModelledEnergy(1, 1, 1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("libcuda.so.1");
        }
    }

    private static NodeRuntime.Lease acquire(EnergySource source, @Nullable PortRange ports)
            throws IOException {
        return NodeRuntime.acquire(
                new NodeSettings(source, Duration.ofMillis(100), true, "127.0.0.1", ports, null));
    }

    private static void listen(int port) throws IOException {
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
}
