package io.psconv.operator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.micrometer.core.instrument.Meter;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.LedgerName;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.energy.RaplEnergyMeter;
import io.psconv.operator.metrics.PortRange;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NodeRuntimeTest {
    private static final PortRange ANY = new PortRange(0, 0);

    // Others for each test: what a job leaves waits for its next attempt.
    private final JobIdentity classify = new JobIdentity(LedgerName.random().id(), "classify");
    private final JobIdentity other = new JobIdentity(LedgerName.random().id(), "other");

    /** As in a task manager: its hook for the end of the process keeps whoever comes first. */
    @BeforeAll
    static void startLogging() {
        LoggerFactory.getLogger(NodeRuntimeTest.class).debug("logging has started");
    }

    @Test
    void isOneForAllLeasesOfAJob() throws IOException {
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
    void keepsThePlaceOfTheFirstJobThatAskedForOne() throws IOException {
        try (NodeRuntime.Lease without = acquire(EnergySource.MODELLED, null);
                NodeRuntime.Lease with = acquire(EnergySource.NONE, ANY, other);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                NodeRuntime.Lease third =
                        acquire(
                                EnergySource.NONE,
                                new PortRange(taken.getLocalPort(), taken.getLocalPort()),
                                new JobIdentity("3", "third"))) {
            assertThat(with.metricsPort()).isPresent().isEqualTo(without.metricsPort());
            assertThat(third.metricsPort()).isEqualTo(with.metricsPort());
            assertThat(with.energy(new ModelledEnergy(1, 1, 1)).source()).isEqualTo("none");
            assertThat(without.energy(new ModelledEnergy(1, 1, 1)).source()).isEqualTo("modelled");
        }
    }

    @Test
    void sharesModelsAndPortAmongJobsButNotMeters() throws IOException {
        try (NodeRuntime.Lease one = acquire(EnergySource.MODELLED, ANY);
                NodeRuntime.Lease two = acquire(EnergySource.MODELLED, ANY, other)) {
            one.meters().activated();
            one.meters().started(3);

            assertThat(two.models()).isSameAs(one.models());
            assertThat(two.metricsPort()).isPresent().isEqualTo(one.metricsPort());
            assertThat(two.backlogs()).isNotSameAs(one.backlogs());
            assertThat(activations(one, "classify")).isEqualTo(1);
            assertThat(activations(one, "other")).isZero();
            assertThat(two.registry().get("job.restarts").gauge().value()).isZero();
        }
    }

    @Test
    void takesAJobsMetersBackWithItsLastLeaseAndLeavesTheOthers() throws IOException {
        try (NodeRuntime.Lease one = acquire(EnergySource.MODELLED, ANY)) {
            NodeRuntime.Lease two = acquire(EnergySource.MODELLED, ANY, other);
            NodeRuntime.Lease again = acquire(EnergySource.MODELLED, ANY, other);
            two.close();
            assertThat(names(one)).containsExactlyInAnyOrder("classify", "other");

            again.close();

            assertThat(names(one)).containsExactly("classify");
            assertThat(one.metricsPort()).isPresent();
        }
    }

    @Test
    void tellsJobsOfOneNameApart() throws IOException {
        try (NodeRuntime.Lease one = acquire(EnergySource.NONE, null);
                NodeRuntime.Lease namesake =
                        acquire(
                                EnergySource.NONE,
                                null,
                                new JobIdentity("99999999cccc", classify.name()))) {
            namesake.meters().activated();

            assertThat(activations(one, "classify")).isZero();
            assertThat(activations(one, "classify-99999999")).isEqualTo(1);
        }
    }

    @Test
    void conservesTheEnergyOfEachJobAndOfAll() throws IOException {
        List<EnergyWindow> ofOne = new ArrayList<>();
        List<EnergyWindow> ofTwo = new ArrayList<>();
        try (NodeRuntime.Lease one = acquire(EnergySource.MODELLED, null);
                NodeRuntime.Lease two = acquire(EnergySource.MODELLED, null, other)) {
            EnergyWindowFeed feedOfOne = one.energyWindows();
            EnergyWindowFeed feedOfTwo = two.energyWindows();
            work(one, 2);
            work(two, 5);
            feedOfTwo.beforeBarrier(1, ofTwo::add);
            feedOfOne.beforeBarrier(1, ofOne::add);

            assertThat(ofOne).hasSize(1);
            assertThat(ofTwo).hasSize(1);
            assertThat(ofOne.get(0).busyNanos()).isEqualTo(1_000);
            assertThat(ofOne.get(0).ledger()).isNotEqualTo(ofTwo.get(0).ledger());
            assertThat(attributed(one, "classify")).isEqualTo(ofOne.get(0).joules());
            assertThat(attributed(one, "other")).isEqualTo(ofTwo.get(0).joules());
        }
    }

    @Test
    void aJobIsMadeToLeaveWhereItsClassesAreReleased() throws IOException {
        NodeSettings settings =
                new NodeSettings(
                        EnergySource.NONE, Duration.ofMillis(100), false, "127.0.0.1", null, null);
        NodeRuntime.Place here = new NodeRuntime.Place(other.id(), "here");
        NodeRuntime.Place there = new NodeRuntime.Place(other.id(), "there");
        try (NodeRuntime.Lease stays = acquire(EnergySource.MODELLED, ANY);
                NodeRuntime.Lease forgotten = NodeRuntime.acquire(settings, other, here);
                NodeRuntime.Lease elsewhere = NodeRuntime.acquire(settings, other, there)) {
            forgotten.showMeters(new UnregisteredMetricsGroup());

            NodeRuntime.leave(here);
            assertThat(names(elsewhere)).contains("other");
            NodeRuntime.leave(there);
            NodeRuntime.leave(there);

            assertThat(names(stays)).containsExactly("classify");
        }
    }

    @Test
    void tasksThatStillRunLeaveByThemselves() throws Exception {
        NodeSettings settings =
                new NodeSettings(
                        EnergySource.NONE, Duration.ofMillis(100), false, "127.0.0.1", null, null);
        NodeRuntime.Place here = new NodeRuntime.Place(other.id(), "here");
        CompletableFuture<NodeRuntime.Lease> opened = new CompletableFuture<>();
        CountDownLatch end = new CountDownLatch(1);
        Thread task =
                new Thread(
                        () -> {
                            try {
                                opened.complete(NodeRuntime.acquire(settings, other, here));
                                end.await();
                            } catch (IOException | InterruptedException e) {
                                opened.completeExceptionally(e);
                            }
                        });
        task.start();
        try (NodeRuntime.Lease stays = acquire(EnergySource.MODELLED, ANY);
                NodeRuntime.Lease running = opened.get(10, TimeUnit.SECONDS)) {
            running.showMeters(new UnregisteredMetricsGroup());

            NodeRuntime.leave(here);
            assertThat(names(stays)).containsExactlyInAnyOrder("classify", "other");

            end.countDown();
            task.join();
            NodeRuntime.leave(here);
            assertThat(names(stays)).containsExactly("classify");
        }
    }

    @Test
    void forgetsWindowsOfAJobThatManyOthersCameAfter() throws IOException {
        try (NodeRuntime.Lease first = acquire(EnergySource.MODELLED, null)) {
            first.energyWindows();
            work(first, 1);
        }
        for (int job = 0; job < 10; job++) {
            acquire(EnergySource.NONE, null, new JobIdentity(LedgerName.random().id(), "job"))
                    .close();
        }
        List<EnergyWindow> windows = new ArrayList<>();
        try (NodeRuntime.Lease next = acquire(EnergySource.MODELLED, null)) {
            next.energyWindows().poll(windows::add);
        }

        assertThat(windows).isEmpty();
    }

    /** Threads of the process were started by it, and go on for another job. */
    @Test
    void keepsNothingOfAJobThatHasLeft() throws Exception {
        WeakReference<ClassLoader> classes;
        NodeRuntime.Lease stays;
        try (JobClassLoader loader = new JobClassLoader()) {
            classes = new WeakReference<>(loader);
            AutoCloseable foreign = start(loader);
            stays = acquire(EnergySource.MODELLED, ANY);
            foreign.close();
        }
        try (stays) {
            long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            while (classes.get() != null && System.nanoTime() < end) {
                System.gc();
            }
            assertThat(classes.get()).isNull();
            assertThat(names(stays)).containsExactly("classify");
        }
    }

    /** As a task does it: on a thread whose context is the job's class loader. */
    private static AutoCloseable start(JobClassLoader loader) throws Exception {
        AtomicReference<AutoCloseable> job = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread task =
                new Thread(
                        () -> {
                            try {
                                Callable<?> foreign =
                                        (Callable<?>)
                                                loader.loadClass(ForeignJob.class.getName())
                                                        .getConstructor()
                                                        .newInstance();
                                job.set((AutoCloseable) foreign.call());
                            } catch (Exception e) {
                                failure.set(e);
                            }
                        });
        task.setContextClassLoader(loader);
        task.start();
        task.join();
        assertThat(failure.get()).isNull();
        AutoCloseable made = Objects.requireNonNull(job.get());
        assertThat(made.getClass().getClassLoader()).isSameAs(loader);
        return made;
    }

    /** Has the job's own classes from itself, as Flink's does. */
    private static final class JobClassLoader extends URLClassLoader {
        JobClassLoader() {
            super(
                    new URL[] {
                        ForeignJob.class.getProtectionDomain().getCodeSource().getLocation()
                    },
                    ForeignJob.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(ForeignJob.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    @Test
    void refusesAJobThatWasMadeWithOtherClasses() {
        NodeSettings foreign =
                new NodeSettings(
                        EnergySource.NONE,
                        Duration.ofMillis(100),
                        false,
                        "127.0.0.1",
                        null,
                        null,
                        "auto",
                        "0123");

        assertThatThrownBy(() -> NodeRuntime.acquire(foreign, classify))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was made with psconv-node.jar of build '0123'")
                .hasMessageContaining("of build '" + NodeBuild.own() + "'")
                .hasMessageContaining("lay all out again with psconv layout");
    }

    private static Set<String> names(NodeRuntime.Lease lease) {
        Set<String> names = new TreeSet<>();
        for (Meter meter : lease.meterReadings().getMeters()) {
            names.add(String.valueOf(meter.getId().getTag("job.name")));
        }
        return names;
    }

    private static double activations(NodeRuntime.Lease lease, String job) {
        return lease.meterReadings()
                .get("model.activations")
                .tag("job.name", job)
                .counter()
                .count();
    }

    private static double attributed(NodeRuntime.Lease lease, String job) {
        return lease.meterReadings()
                .get("energy.attributed")
                .tag("job.name", job)
                .counter()
                .count();
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
            first.energyWindows();
            first.energy(new ModelledEnergy(1_000, 1_000, 1_000)).charge(1_000, 2);
        }
        List<EnergyWindow> windows = new ArrayList<>();
        try (NodeRuntime.Lease next = acquire(EnergySource.MODELLED, null)) {
            next.energyWindows().poll(windows::add);
        }

        assertThat(windows)
                .singleElement()
                .satisfies(window -> assertThat(window.busyNanos()).isEqualTo(1_000))
                .satisfies(window -> assertThat(window.attributedJoules()).isPositive());
    }

    @Test
    void keepsNoWindowForAnotherJob() throws IOException {
        try (NodeRuntime.Lease first = acquire(EnergySource.MODELLED, null)) {
            first.energyWindows();
            first.energy(new ModelledEnergy(1_000, 1_000, 1_000)).charge(1_000, 2);
        }
        List<EnergyWindow> windows = new ArrayList<>();
        try (NodeRuntime.Lease next = acquire(EnergySource.MODELLED, null, other)) {
            next.energyWindows().poll(windows::add);
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
        try (NodeRuntime.Lease lease = NodeRuntime.acquire(quiet, classify)) {
            EnergyWindowFeed feed = lease.energyWindows();
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
            lease.energyWindows();

            assertThatThrownBy(() -> lease.energyWindows())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the lease has a feed of energy windows already");
        }
    }

    @Test
    void addsUpWhereTheEnergyWent() throws IOException {
        try (NodeRuntime.Lease lease = acquire(EnergySource.MODELLED, null)) {
            EnergyWindowFeed feed = lease.energyWindows();
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

        try (NodeRuntime.Lease sink = NodeRuntime.acquire(settings, classify)) {
            assertThat(sink.registry()).isNotNull();
            assertThatThrownBy(() -> sink.energy(new ModelledEnergy(1, 1, 1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("libcuda.so.1");
        }
    }

    private NodeRuntime.Lease acquire(EnergySource source, @Nullable PortRange ports)
            throws IOException {
        return acquire(source, ports, classify);
    }

    private static NodeRuntime.Lease acquire(
            EnergySource source, @Nullable PortRange ports, JobIdentity job) throws IOException {
        return NodeRuntime.acquire(
                new NodeSettings(source, Duration.ofMillis(100), true, "127.0.0.1", ports, null),
                job);
    }

    /** A model's worth of work, for a job's frames to be charged with. */
    private static void work(NodeRuntime.Lease lease, int frames) {
        lease.energy(new ModelledEnergy(1_000, 1_000, 1_000)).charge(1_000, frames);
    }

    private static void listen(int port) throws IOException {
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
}
