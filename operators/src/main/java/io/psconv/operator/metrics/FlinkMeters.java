package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows a process's meters among Flink's metrics too, as gauges that read them: nothing is counted
 * twice.
 *
 * <p>Meters are of a job in this process, or of the process, and Flink's groups are a subtask's; so
 * one subtask of a job shows the job's meters, one of the process's subtasks those of the process,
 * and when it ends, another one does. Hence what all subtasks show adds up to what all task
 * managers have. Under the subtask's group come one named {@code psconv}, then one of key and value
 * for each tag but the job's name, which Flink's own scope has, then the meter's name: of a counter
 * and a gauge with the value, of timers (seconds) and summaries with {@code .count}, {@code .sum},
 * {@code .mean} and {@code .max}. Flink itself takes a group's metrics back when the subtask has
 * ended. Thread-safe.
 */
public final class FlinkMeters {
    /** Name of the group. */
    public static final String GROUP = "psconv";

    /** In place of a job's name, for the process's own meters; no job has it. */
    private static final String PROCESS = "";

    private final Map<String, Shown> shown = new HashMap<>();

    /** Meters that go together, and the groups that can show them, of which the first one does. */
    private static final class Shown {
        private final Set<Meter> meters = new LinkedHashSet<>();
        private final Deque<MetricGroup> groups = new ArrayDeque<>();

        boolean isEmpty() {
            return meters.isEmpty() && groups.isEmpty();
        }
    }

    /**
     * Follows a registry.
     *
     * @param registry whose meters are shown, those to come included
     */
    public FlinkMeters(MeterRegistry registry) {
        registry.config().onMeterAdded(this::add).onMeterRemoved(this::remove);
    }

    private synchronized void add(Meter meter) {
        if (meter.getId().syntheticAssociation() != null) {
            // A part of another one, as some registries have them.
            return;
        }
        Shown of = shown.computeIfAbsent(job(meter), first -> new Shown());
        of.meters.add(meter);
        MetricGroup group = of.groups.peek();
        if (group != null) {
            show(meter, group);
        }
    }

    private synchronized void remove(Meter meter) {
        Shown of = shown.get(job(meter));
        if (of != null) {
            of.meters.remove(meter);
            dropIfEmpty(job(meter), of);
        }
    }

    private static String job(Meter meter) {
        String name = meter.getId().getTag(JobRegistry.JOB_NAME);
        return name == null ? PROCESS : name;
    }

    private void dropIfEmpty(String job, Shown of) {
        if (of.isEmpty()) {
            shown.remove(job);
        }
    }

    /**
     * Offers a subtask's group, until the place is closed.
     *
     * @param job name of its job, as {@link JobRegistry} has it
     */
    public synchronized Place offer(MetricGroup group, String job) {
        offerFor(job, group);
        offerFor(PROCESS, group);
        return new Place(group, job);
    }

    private void offerFor(String job, MetricGroup group) {
        Shown of = shown.computeIfAbsent(job, first -> new Shown());
        of.groups.add(group);
        if (of.groups.size() == 1) {
            of.meters.forEach(meter -> show(meter, group));
        }
    }

    private synchronized void leave(Place place) {
        leave(place.job, place.group);
        leave(PROCESS, place.group);
    }

    private void leave(String job, MetricGroup group) {
        Shown of = shown.get(job);
        if (of == null) {
            return;
        }
        boolean first = of.groups.peek() == group;
        of.groups.remove(group);
        MetricGroup next = of.groups.peek();
        if (first && next != null) {
            of.meters.forEach(meter -> show(meter, next));
        }
        dropIfEmpty(job, of);
    }

    private static void show(Meter meter, MetricGroup subtask) {
        MetricGroup group = subtask.addGroup(GROUP);
        for (Tag tag : meter.getId().getTags()) {
            if (!tag.getKey().equals(JobRegistry.JOB_NAME)) {
                group = group.addGroup(tag.getKey(), tag.getValue());
            }
        }
        String name = meter.getId().getName();
        if (meter instanceof Counter counter) {
            gauge(group, name, counter::count);
        } else if (meter instanceof FunctionCounter counter) {
            gauge(group, name, counter::count);
        } else if (meter instanceof Gauge gauge) {
            gauge(group, name, gauge::value);
        } else if (meter instanceof Timer timer) {
            gauge(group, name + ".count", timer::count);
            gauge(group, name + ".sum", () -> timer.totalTime(TimeUnit.SECONDS));
            gauge(group, name + ".mean", () -> timer.mean(TimeUnit.SECONDS));
            gauge(group, name + ".max", () -> timer.max(TimeUnit.SECONDS));
        } else if (meter instanceof DistributionSummary summary) {
            gauge(group, name + ".count", summary::count);
            gauge(group, name + ".sum", summary::totalAmount);
            gauge(group, name + ".mean", summary::mean);
            gauge(group, name + ".max", summary::max);
        } else {
            throw new IllegalStateException(
                    "meter '"
                            + name
                            + "' was a "
                            + meter.getClass().getSimpleName()
                            + " but Flink can be shown counters, gauges, timers and summaries;"
                            + " teach it here");
        }
    }

    private static void gauge(MetricGroup group, String name, DoubleSupplier value) {
        org.apache.flink.metrics.Gauge<Double> view = value::getAsDouble;
        group.gauge(name, view);
    }

    /** A subtask's group among those that can show meters. */
    public final class Place implements AutoCloseable {
        private final MetricGroup group;
        private final String job;
        private boolean closed;

        private Place(MetricGroup group, String job) {
            this.group = group;
            this.job = job;
        }

        @Override
        public void close() {
            synchronized (FlinkMeters.this) {
                if (!closed) {
                    closed = true;
                    leave(this);
                }
            }
        }
    }
}
