package io.psconv.operator.metrics;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A group of Flink's metrics that keeps the gauges of its own and of those below by full name. */
final class RecordingGroup extends UnregisteredMetricsGroup {
    private final Map<String, Gauge<?>> gauges;
    private final String prefix;

    RecordingGroup() {
        this(new TreeMap<>(), "");
    }

    private RecordingGroup(Map<String, Gauge<?>> gauges, String prefix) {
        this.gauges = gauges;
        this.prefix = prefix;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        Gauge<?> before = gauges.put(prefix + name, gauge);
        if (before != null) {
            throw new AssertionError(prefix + name + " is there twice");
        }
        return gauge;
    }

    @Override
    public MetricGroup addGroup(String name) {
        return new RecordingGroup(gauges, prefix + name + "/");
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
        return addGroup(key + "=" + value);
    }

    Map<String, Gauge<?>> gauges() {
        return gauges;
    }

    double value(String name) {
        Gauge<?> gauge = gauges.get(name);
        if (gauge == null) {
            throw new AssertionError(name + " is none of " + gauges.keySet());
        }
        return (Double) gauge.getValue();
    }
}
