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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows a process's meters among Flink's metrics too, as gauges that read them: nothing is counted
 * twice.
 *
 * <p>The meters are the process's and Flink's groups are a subtask's; so one subtask of the process
 * shows them all, and when it ends, another one does. Hence what the subtasks of a job show adds up
 * to what its task managers have. Under the subtask's group come one named {@code psconv}, then one
 * of key and value for each tag, then the meter's name: of a counter and a gauge with the value, of
 * timers (seconds) and summaries with {@code .count}, {@code .sum}, {@code .mean} and {@code .max}.
 * Flink itself takes a group's metrics back when the subtask has ended. Thread-safe.
 */
public final class FlinkMeters {
    /** Name of the group. */
    public static final String GROUP = "psconv";

    private final List<Meter> meters = new ArrayList<>();
    private final Deque<Place> places = new ArrayDeque<>();

    /**
     * Follows a registry.
     *
     * @param registry whose meters are shown, those to come included
     */
    public FlinkMeters(MeterRegistry registry) {
        registry.config().onMeterAdded(this::add);
    }

    private synchronized void add(Meter meter) {
        if (meter.getId().syntheticAssociation() != null) {
            // A part of another one, as some registries have them.
            return;
        }
        meters.add(meter);
        Place first = places.peek();
        if (first != null) {
            show(meter, first.group);
        }
    }

    /** Offers a subtask's group, until the place is closed. */
    public synchronized Place offer(MetricGroup group) {
        Place place = new Place(group);
        places.add(place);
        if (places.size() == 1) {
            showAll(place);
        }
        return place;
    }

    private void showAll(Place place) {
        for (Meter meter : meters) {
            show(meter, place.group);
        }
    }

    private synchronized void leave(Place place) {
        boolean shown = places.peek() == place;
        places.remove(place);
        Place next = places.peek();
        if (shown && next != null) {
            showAll(next);
        }
    }

    private static void show(Meter meter, MetricGroup subtask) {
        MetricGroup group = subtask.addGroup(GROUP);
        for (Tag tag : meter.getId().getTags()) {
            group = group.addGroup(tag.getKey(), tag.getValue());
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

        private Place(MetricGroup group) {
            this.group = group;
        }

        @Override
        public void close() {
            leave(this);
        }
    }
}
