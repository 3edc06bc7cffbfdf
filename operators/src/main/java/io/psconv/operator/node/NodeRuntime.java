package io.psconv.operator.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.operator.energy.EnergyLedger;
import io.psconv.operator.energy.FrameEnergyMeter;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.metrics.CameraMeters;
import io.psconv.operator.metrics.FlinkMeters;
import io.psconv.operator.metrics.MeterExports;
import io.psconv.operator.metrics.NodeMeters;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.spi.IIORegistry;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all subtasks of one process share: models by digest, meters with their endpoint, energy
 * counters; and, for each job of its own, meters, energy ledger and backlogs.
 *
 * <p>It starts with the first subtask that acquires it and ends with the last one that lets go; a
 * job's part likewise, with the first and the last of the job's. On a cluster these classes are in
 * {@code lib/}, so that jobs, whose class loaders are their own, meet here: nothing of a job's own
 * classes is kept. A job that does not let go is made to when Flink releases its class loader.
 * Thread-safe.
 */
public final class NodeRuntime {
    /** Least length of windows of energy. */
    static final Duration ENERGY_WINDOW = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);
    private static final Object LOCK = new Object();

    /** Digits of a job's identity that tell it from another one of its name. */
    private static final int SHORT_ID = 8;

    /** Jobs without tasks here whose windows are kept; they may come back after a failure. */
    private static final int MOST_ABSENT = 8;

    /** By job, those that came last at the end; they outlive the job's attempts. */
    private static final Map<String, EnergyWindowOutbox> OUTBOXES = new LinkedHashMap<>();

    private static @Nullable NodeRuntime running;

    private final SharedModels models = new SharedModels();
    private final EnergyCounters counters = new EnergyCounters(ENERGY_WINDOW);
    private final Map<String, NodeJob> jobs = new HashMap<>();
    private final MeterExports exports;

    private NodeRuntime(NodeSettings settings) throws IOException {
        // The JDK's image readers, too, keep the classes of the job that asks for them first.
        var unused = IIORegistry.getDefaultInstance();
        this.exports =
                MeterExports.start(
                        settings.metricsHost(), settings.metricsPorts(), settings.otlp());
    }

    /**
     * Joins the runtime of this process, starting it if nobody has, as a task of a task manager.
     *
     * @param context of the task; says which devices Flink gave the task manager
     * @throws IOException as below
     */
    public static Lease acquire(NodeSettings settings, RuntimeContext context) throws IOException {
        JobIdentity job = JobIdentity.of(context.getJobInfo());
        Place place =
                new Place(
                        job.id(),
                        context.getMetricGroup()
                                .getAllVariables()
                                .getOrDefault(ScopeFormat.SCOPE_TASKMANAGER_ID, ""));
        context.registerUserCodeClassLoaderReleaseHookIfAbsent(
                "psconv-node-" + job.id(), () -> leave(place));
        return acquire(settings.of(context), job, place);
    }

    /**
     * Joins the runtime of this process, starting it if nobody has.
     *
     * @throws IOException if a counter that the settings insist on cannot be read, no port of
     *     theirs is free, or the job was made with other classes than these
     */
    public static Lease acquire(NodeSettings settings, JobIdentity job) throws IOException {
        return acquire(settings, job, null);
    }

    /**
     * Joins the runtime of this process.
     *
     * @param place whose class loader tells when the lease is over at the latest; null for none
     */
    static Lease acquire(NodeSettings settings, JobIdentity job, @Nullable Place place)
            throws IOException {
        NodeBuild.require(String.valueOf(settings.build()));
        synchronized (LOCK) {
            NodeRuntime runtime = running;
            if (runtime == null) {
                runtime = OwnContext.call(() -> new NodeRuntime(settings));
            }
            boolean joined = false;
            try {
                NodeJob part = runtime.join(settings, job);
                running = runtime;
                joined = true;
                Lease lease = new Lease(runtime, part, job, settings, place);
                part.leases().add(lease);
                return lease;
            } finally {
                if (!joined) {
                    runtime.stopIfUnused();
                }
            }
        }
    }

    private NodeJob join(NodeSettings settings, JobIdentity job) throws IOException {
        NodeJob known = jobs.get(job.id());
        if (known != null) {
            return known;
        }
        NodeJob part =
                OwnContext.call(
                        () -> {
                            exports.add(
                                    settings.metricsHost(),
                                    settings.metricsPorts(),
                                    settings.otlp());
                            return new NodeJob(
                                    freeName(job),
                                    settings,
                                    exports.registry(),
                                    counters,
                                    outbox(job));
                        });
        jobs.put(job.id(), part);
        return part;
    }

    /** What an attempt before this one left to hand on, unless too many other jobs came since. */
    private EnergyWindowOutbox outbox(JobIdentity job) {
        EnergyWindowOutbox kept = OUTBOXES.remove(job.id());
        List<String> absent = new ArrayList<>(OUTBOXES.keySet());
        absent.removeAll(jobs.keySet());
        absent.subList(0, Math.max(0, absent.size() - MOST_ABSENT)).forEach(OUTBOXES::remove);
        EnergyWindowOutbox outbox = kept == null ? new EnergyWindowOutbox() : kept;
        OUTBOXES.put(job.id(), outbox);
        return outbox;
    }

    /** The job's name, or that and a part of its identity if another job has the name. */
    private String freeName(JobIdentity job) {
        boolean isTaken = jobs.values().stream().anyMatch(other -> other.name().equals(job.name()));
        return isTaken
                ? job.name() + "-" + job.id().substring(0, Math.min(SHORT_ID, job.id().length()))
                : job.name();
    }

    private static void release(Lease lease) {
        synchronized (LOCK) {
            lease.part.leases().remove(lease);
            if (lease.part.leases().isEmpty()) {
                lease.runtime.jobs.remove(lease.job.id());
                try {
                    lease.part.stop();
                } finally {
                    lease.runtime.stopIfUnused();
                }
            }
        }
    }

    private void stopIfUnused() {
        if (jobs.isEmpty()) {
            if (running == this) {
                running = null;
            }
            exports.close();
        }
    }

    /**
     * Where Flink has a class loader for a job. A process for tests has several task managers.
     *
     * @param job its identity
     * @param taskManager name of the task manager
     */
    record Place(String job, String taskManager) {}

    /**
     * Ends what a job has left in a place, since Flink releases its classes there.
     *
     * <p>A task manager that ends releases them while tasks still run: those end their parts
     * themselves, and account for their frames until then.
     */
    static void leave(Place place) {
        List<Lease> left;
        synchronized (LOCK) {
            NodeJob part = running == null ? null : running.jobs.get(place.job);
            left =
                    part == null
                            ? List.of()
                            : part.leases().stream()
                                    .filter(lease -> place.equals(lease.place) && lease.isLeft())
                                    .toList();
        }
        if (!left.isEmpty()) {
            LOG.warn("{} has ended but left {} parts open; they are closed", place, left.size());
            left.forEach(Lease::close);
        }
    }

    /** A subtask's part in the runtime, until closed. */
    public static final class Lease implements AutoCloseable {
        private final NodeRuntime runtime;
        private final NodeJob part;
        private final JobIdentity job;
        private final NodeSettings settings;
        private final @Nullable Place place;

        /** The task's; not to be kept alive by this. */
        private final WeakReference<Thread> holder = new WeakReference<>(Thread.currentThread());

        private @Nullable EnergyWindowFeed feed;
        private FlinkMeters.@Nullable Place shown;
        private boolean closed;

        private Lease(
                NodeRuntime runtime,
                NodeJob part,
                JobIdentity job,
                NodeSettings settings,
                @Nullable Place place) {
            this.place = place;
            this.runtime = runtime;
            this.part = part;
            this.job = job;
            this.settings = settings;
        }

        /** Whether nobody is there any more who would close it. */
        private boolean isLeft() {
            Thread thread = holder.get();
            return thread == null || thread == Thread.currentThread() || !thread.isAlive();
        }

        /** Models of all jobs of this process. */
        public SharedModels models() {
            return runtime.models;
        }

        /** What waits in the subtasks of the job in this process. */
        public Backlogs backlogs() {
            return part.backlogs();
        }

        /** Where the job's meters are registered. */
        public MeterRegistry registry() {
            return part.registry();
        }

        /** Where all meters of this process can be read, those of other jobs too. */
        public MeterRegistry meterReadings() {
            return runtime.exports.readings();
        }

        public NodeMeters meters() {
            return part.meters();
        }

        public CameraMeters cameraMeters() {
            return part.cameraMeters();
        }

        /** Port of the Prometheus endpoint; empty without one. */
        public Optional<Integer> metricsPort() {
            return runtime.exports.port();
        }

        /**
         * Offers a subtask's group of Flink's metrics to show the job's meters in, and the
         * process's, until this lease is closed.
         *
         * @throws IllegalStateException if it offered one before
         */
        public synchronized void showMeters(MetricGroup group) {
            if (shown != null) {
                throw new IllegalStateException("the lease has offered a group already");
            }
            shown = runtime.exports.flink().offer(group, part.name());
        }

        /** What charges the frames of a model. */
        public FrameEnergyMeter energy(ModelledEnergy modelled) {
            EnergyLedger ledger = part.ledger(settings);
            return ledger == null ? FrameEnergyMeter.none() : ledger.meter(modelled);
        }

        /**
         * Joins those that hand out the job's closed energy windows, until this lease is closed;
         * hands out nothing if the settings do not ask for windows.
         *
         * @throws IllegalStateException if it joined before
         */
        public synchronized EnergyWindowFeed energyWindows() {
            if (feed != null) {
                throw new IllegalStateException("the lease has a feed of energy windows already");
            }
            if (!settings.energyWindows()) {
                return new EnergyWindowFeed(null, null);
            }
            EnergyWindowFeed joined = new EnergyWindowFeed(part.outbox(), part.ledger(settings));
            part.outbox().join(joined);
            feed = joined;
            return joined;
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (shown != null) {
                shown.close();
            }
            EnergyWindowFeed left = feed;
            if (left == null) {
                release(this);
                return;
            }
            left.end();
            try {
                release(this);
            } finally {
                // Only now: the last window closes with the job's last lease.
                part.outbox().leave(left);
            }
        }
    }
}
