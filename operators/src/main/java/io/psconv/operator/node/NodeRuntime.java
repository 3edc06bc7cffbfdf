package io.psconv.operator.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.operator.device.GpuResources;
import io.psconv.operator.energy.EnergyLedger;
import io.psconv.operator.energy.EnergyMeter;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.FrameEnergyMeter;
import io.psconv.operator.energy.LedgerClock;
import io.psconv.operator.energy.LedgerName;
import io.psconv.operator.energy.LedgerSampler;
import io.psconv.operator.energy.MeasuredLedger;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.energy.ModelledLedger;
import io.psconv.operator.energy.RaplEnergyMeter;
import io.psconv.operator.metrics.CameraMeters;
import io.psconv.operator.metrics.EnergyMeters;
import io.psconv.operator.metrics.FlinkMeters;
import io.psconv.operator.metrics.MeterExports;
import io.psconv.operator.metrics.NodeMeters;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all subtasks of one process share: models by digest, meters with their endpoint, the energy
 * ledger.
 *
 * <p>It starts with the first subtask that acquires it and ends with the last one that lets go;
 * those in between get what the first one's settings made. Thread-safe.
 */
public final class NodeRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);
    private static final Duration ENERGY_WINDOW = Duration.ofSeconds(1);
    private static final Object LOCK = new Object();
    private static final EnergyWindowOutbox OUTBOX = new EnergyWindowOutbox();

    private static @Nullable NodeRuntime running;
    private static int leases;

    private final NodeSettings settings;
    private final SharedModels models = new SharedModels();
    private final Backlogs backlogs = new Backlogs();
    private final MeterExports exports;
    private final NodeMeters meters;
    private @Nullable CameraMeters cameraMeters;
    private boolean energyStarted;
    private @Nullable EnergyLedger ledger;
    private @Nullable LedgerSampler sampler;

    private NodeRuntime(NodeSettings settings) throws IOException {
        this.settings = settings;
        this.exports =
                MeterExports.start(
                        settings.metricsHost(), settings.metricsPorts(), settings.otlp());
        boolean started = false;
        try {
            this.meters = new NodeMeters(exports.registry());
            if (!GpuResources.isUsedBy(settings.engine())) {
                startEnergy(settings);
            }
            started = true;
        } finally {
            if (!started) {
                exports.close();
            }
        }
    }

    /**
     * Starts to account for energy, unless that was done.
     *
     * <p>Where devices compute, only those know them all who classify, and who may not be the first
     * to come here.
     */
    private synchronized void startEnergy(NodeSettings settings) throws IOException {
        if (energyStarted) {
            return;
        }
        EnergyLedger made = ledger(settings);
        ledger = made;
        sampler = made == null ? null : new LedgerSampler(made, settings.energySamplingInterval());
        energyStarted = true;
    }

    private synchronized @Nullable EnergyLedger ledgerFor(NodeSettings settings) {
        try {
            startEnergy(settings);
            return ledger;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable EnergyLedger ledger(NodeSettings settings) throws IOException {
        if (settings.energySource() == EnergySource.NONE) {
            return null;
        }
        LedgerName name = LedgerName.random();
        Optional<EnergyMeter> meter =
                settings.energySource()
                        .openMeter(RaplEnergyMeter.POWERCAP, devices(settings.engine()));
        Consumer<EnergyWindow> closed =
                closed(new EnergyMeters(exports.registry(), meter.isPresent()));
        if (settings.energyWindows()) {
            EnergyMeters.showDropped(exports.registry(), OUTBOX, EnergyWindowOutbox::dropped);
        }
        LOG.info("energy ledger {} on {}", name.id(), name.host());
        return meter.isEmpty()
                ? new ModelledLedger(name, LedgerClock.SYSTEM, ENERGY_WINDOW, closed)
                : new MeasuredLedger(
                        name,
                        meter.get(),
                        meter.get().processShare(),
                        LedgerClock.SYSTEM,
                        ENERGY_WINDOW,
                        OptionalDouble.empty(),
                        closed);
    }

    /** Of an engine on the processor there are none. */
    private static List<String> devices(String engine) {
        return GpuResources.isUsedBy(engine)
                ? InferenceEngines.choose(engine, "auto", false).deviceAddresses()
                : List.of();
    }

    private static Consumer<EnergyWindow> closed(EnergyMeters meters) {
        return window -> {
            meters.closed(window);
            OUTBOX.add(window);
        };
    }

    /**
     * Joins the runtime of this process, starting it if nobody has, as a task of a task manager.
     *
     * @param context says which devices Flink gave the task manager
     * @throws IOException as below
     */
    public static Lease acquire(NodeSettings settings, RuntimeContext context) throws IOException {
        return acquire(settings.of(context));
    }

    /**
     * Joins the runtime of this process, starting it if nobody has.
     *
     * @throws IOException if a counter that the settings insist on cannot be read, or no port of
     *     theirs is free
     */
    public static Lease acquire(NodeSettings settings) throws IOException {
        synchronized (LOCK) {
            NodeRuntime runtime = running;
            if (runtime == null) {
                runtime = new NodeRuntime(settings);
                running = runtime;
            } else if (!runtime.settings.isLike(settings)) {
                LOG.warn(
                        "another job of this process runs with {}; {} does not count here",
                        runtime.settings,
                        settings);
            }
            leases++;
            return new Lease(runtime, settings);
        }
    }

    private static void release(NodeRuntime runtime) {
        synchronized (LOCK) {
            leases--;
            if (leases == 0) {
                running = null;
                runtime.stop();
            }
        }
    }

    /** Made for the first subtask that asks: a job without camera events has none. */
    private synchronized CameraMeters cameraMeters() {
        CameraMeters meters = cameraMeters;
        if (meters == null) {
            meters = new CameraMeters(exports.registry());
            cameraMeters = meters;
        }
        return meters;
    }

    private synchronized void stop() {
        if (sampler != null) {
            sampler.close();
        }
        exports.close();
    }

    /** A subtask's part in the runtime, until closed. */
    public static final class Lease implements AutoCloseable {
        private final NodeRuntime runtime;
        private final NodeSettings settings;
        private @Nullable EnergyWindowFeed feed;
        private FlinkMeters.@Nullable Place shown;
        private boolean closed;

        private Lease(NodeRuntime runtime, NodeSettings settings) {
            this.runtime = runtime;
            this.settings = settings;
        }

        public SharedModels models() {
            return runtime.models;
        }

        /** What waits in the subtasks of this process. */
        public Backlogs backlogs() {
            return runtime.backlogs;
        }

        /** Where meters are registered. */
        public MeterRegistry registry() {
            return runtime.exports.registry();
        }

        public NodeMeters meters() {
            return runtime.meters;
        }

        public CameraMeters cameraMeters() {
            return runtime.cameraMeters();
        }

        /** Port of the Prometheus endpoint; empty without one. */
        public Optional<Integer> metricsPort() {
            return runtime.exports.port();
        }

        /**
         * Offers a subtask's group of Flink's metrics to show the process's meters in, until this
         * lease is closed.
         *
         * @throws IllegalStateException if it offered one before
         */
        public void showMeters(MetricGroup group) {
            if (shown != null) {
                throw new IllegalStateException("the lease has offered a group already");
            }
            shown = runtime.exports.flink().offer(group);
        }

        /** What charges the frames of a model. */
        public FrameEnergyMeter energy(ModelledEnergy modelled) {
            EnergyLedger ledger = runtime.ledgerFor(settings);
            return ledger == null ? FrameEnergyMeter.none() : ledger.meter(modelled);
        }

        /**
         * Joins those that hand out closed energy windows, until this lease is closed; hands out
         * nothing if the settings do not ask for windows.
         *
         * @param job the same for all attempts of a job
         * @throws IllegalStateException if it joined before
         */
        public EnergyWindowFeed energyWindows(String job) {
            if (feed != null) {
                throw new IllegalStateException("the lease has a feed of energy windows already");
            }
            if (!settings.energyWindows()) {
                return new EnergyWindowFeed(job, null, null);
            }
            EnergyWindowFeed joined =
                    new EnergyWindowFeed(job, OUTBOX, runtime.ledgerFor(settings));
            OUTBOX.join(joined);
            feed = joined;
            return joined;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (shown != null) {
                shown.close();
            }
            EnergyWindowFeed left = feed;
            if (left == null) {
                release(runtime);
                return;
            }
            left.end();
            try {
                release(runtime);
            } finally {
                // Only now: the last window closes with the last lease.
                OUTBOX.leave(left);
            }
        }
    }
}
