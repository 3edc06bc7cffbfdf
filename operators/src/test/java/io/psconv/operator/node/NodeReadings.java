package io.psconv.operator.node;

import io.micrometer.core.instrument.Meter;
import io.psconv.operator.energy.EnergySource;
import java.io.IOException;
import java.time.Duration;

/** What this process's runtime holds, read by a job of its own that does nothing else. */
public final class NodeReadings {
    private static final NodeSettings SETTINGS =
            new NodeSettings(
                    EnergySource.NONE, Duration.ofMillis(100), false, "127.0.0.1", null, null);
    private static final JobIdentity READER = new JobIdentity("reader", "reader");

    private NodeReadings() {}

    /** Models that are loaded. */
    public static int models() throws IOException {
        try (NodeRuntime.Lease node = NodeRuntime.acquire(SETTINGS, READER)) {
            return node.models().size();
        }
    }

    /** Adds up a counter or gauge of all jobs. */
    public static double sum(String name, String... tags) throws IOException {
        try (NodeRuntime.Lease node = NodeRuntime.acquire(SETTINGS, READER)) {
            double sum = 0;
            for (Meter meter : node.meterReadings().get(name).tags(tags).meters()) {
                sum += meter.measure().iterator().next().getValue();
            }
            return sum;
        }
    }
}
