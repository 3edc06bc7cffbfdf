package io.psconv.operator.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.operator.device.GpuResources;
import io.psconv.operator.energy.EnergyLedger;
import io.psconv.operator.energy.EnergyMeter;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.LedgerClock;
import io.psconv.operator.energy.LedgerName;
import io.psconv.operator.energy.LedgerSampler;
import io.psconv.operator.energy.ModelledLedger;
import io.psconv.operator.energy.RaplEnergyMeter;
import io.psconv.operator.metrics.CameraMeters;
import io.psconv.operator.metrics.EnergyMeters;
import io.psconv.operator.metrics.JobRegistry;
import io.psconv.operator.metrics.NodeMeters;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the subtasks of one job share in a process: its meters, its energy ledger, its backlogs.
 *
 * <p>It holds nothing that is of the job's own classes. Thread-safe, but for {@link #leases}.
 */
final class NodeJob {
    private static final Logger LOG = LoggerFactory.getLogger(NodeJob.class);

    private final String name;
    private final MeterRegistry process;
    private final EnergyCounters counters;
    private final EnergyWindowOutbox outbox;
    private final JobRegistry registry;
    private final NodeMeters meters;
    private final Backlogs backlogs = new Backlogs();
    private final Set<NodeRuntime.Lease> leases = new HashSet<>();

    private @Nullable CameraMeters cameraMeters;
    private boolean energyStarted;
    private @Nullable JobEnergy energy;

    /**
     * Starts to account for a job.
     *
     * @param name as its meters carry it, another one for each job of the process
     * @param process where meters of the process are registered
     * @param outbox where its windows wait
     * @throws IOException if a counter that the settings insist on cannot be read
     */
    NodeJob(
            String name,
            NodeSettings settings,
            MeterRegistry process,
            EnergyCounters counters,
            EnergyWindowOutbox outbox)
            throws IOException {
        this.name = name;
        this.process = process;
        this.counters = counters;
        this.outbox = outbox;
        this.registry = new JobRegistry(process, name);
        this.meters = new NodeMeters(registry.registry());
        boolean started = false;
        try {
            if (!GpuResources.isUsedBy(settings.engine())) {
                startEnergy(settings);
            }
            started = true;
        } finally {
            if (!started) {
                registry.close();
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
        if (settings.energySource() != EnergySource.NONE) {
            energy = open(settings);
        }
        energyStarted = true;
    }

    private JobEnergy open(NodeSettings settings) throws IOException {
        LedgerName ledger = LedgerName.random();
        List<String> devices = devices(settings.engine());
        Optional<EnergyMeter> meter =
                settings.energySource().openMeter(RaplEnergyMeter.POWERCAP, devices);
        EnergyMeters energyMeters =
                new EnergyMeters(registry.registry(), process, meter.isPresent());
        Consumer<EnergyWindow> closed =
                window -> {
                    energyMeters.closed(window);
                    outbox.add(window);
                };
        if (settings.energyWindows()) {
            EnergyMeters.showDropped(registry.registry(), outbox, EnergyWindowOutbox::dropped);
        }
        LOG.info("energy ledger {} of job '{}' on {}", ledger.id(), name, ledger.host());
        return meter.isEmpty()
                ? modelled(ledger, settings.energySamplingInterval(), closed)
                : counters.join(
                        meter.get(), devices, settings.energySamplingInterval(), ledger, closed);
    }

    private static JobEnergy modelled(
            LedgerName name, Duration interval, Consumer<EnergyWindow> closed) {
        ModelledLedger ledger =
                new ModelledLedger(name, LedgerClock.SYSTEM, NodeRuntime.ENERGY_WINDOW, closed);
        LedgerSampler sampler = new LedgerSampler(ledger, interval);
        return new JobEnergy(
                ledger,
                () -> {
                    sampler.close();
                    ledger.close();
                });
    }

    /** Of an engine on the processor there are none. */
    private static List<String> devices(String engine) {
        return GpuResources.isUsedBy(engine)
                ? InferenceEngines.choose(engine, "auto", false).deviceAddresses()
                : List.of();
    }

    /** What charges the job's frames, or null if nothing is to. */
    @Nullable EnergyLedger ledger(NodeSettings settings) {
        try {
            return OwnContext.call(
                            () -> {
                                startEnergy(settings);
                                JobEnergy started = energy();
                                return Optional.ofNullable(started).map(JobEnergy::ledger);
                            })
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What accounts for the job's energy; null if nothing does, or not yet. */
    synchronized @Nullable JobEnergy energy() {
        return energy;
    }

    String name() {
        return name;
    }

    MeterRegistry registry() {
        return registry.registry();
    }

    NodeMeters meters() {
        return meters;
    }

    /** Made for the first subtask that asks: a job without camera events has none. */
    synchronized CameraMeters cameraMeters() {
        CameraMeters made = cameraMeters;
        if (made == null) {
            made = new CameraMeters(registry.registry());
            cameraMeters = made;
        }
        return made;
    }

    Backlogs backlogs() {
        return backlogs;
    }

    EnergyWindowOutbox outbox() {
        return outbox;
    }

    /** Those that are open; under the lock of {@link NodeRuntime}. */
    Set<NodeRuntime.Lease> leases() {
        return leases;
    }

    /** Hands the last window on and takes the job's meters back. */
    void stop() {
        JobEnergy started = energy();
        try {
            if (started != null) {
                started.end().run();
            }
        } finally {
            registry.close();
        }
    }
}
