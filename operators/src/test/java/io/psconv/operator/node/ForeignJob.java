package io.psconv.operator.node;

import io.micrometer.core.instrument.Counter;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.metrics.PortRange;
import io.psconv.operator.record.EnergyWindow;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A job that uses all that a process shares; loaded by a class loader of its own in a test. */
public final class ForeignJob implements Callable<AutoCloseable> {
    private int windows;

    @Override
    public AutoCloseable call() throws Exception {
        NodeSettings settings =
                new NodeSettings(
                        EnergySource.MODELLED,
                        Duration.ofMillis(20),
                        true,
                        "127.0.0.1",
                        new PortRange(0, 0),
                        null);
        NodeRuntime.Lease lease = NodeRuntime.acquire(settings, new JobIdentity("f", "foreign"));
        lease.showMeters(new Group());
        if (!ImageIO.getImageReadersByFormatName("png").hasNext()) {
            throw new IllegalStateException("the JDK has no reader of PNG");
        }
        lease.cameraMeters().late();
        Counter.builder("route.frames").tag("route", "a").register(lease.registry()).increment();
        EnergyWindowFeed feed = lease.energyWindows();
        lease.energy(new ModelledEnergy(1, 1, 1)).charge(1_000, 1);
        feed.beforeBarrier(1, new Counting());
        Backlogs.Lease backlog = lease.backlogs().lease("0");
        return () -> {
            backlog.close();
            lease.close();
        };
    }

    /** A group of the job's own class, as none of Flink's is. */
    private static final class Group extends UnregisteredMetricsGroup {}

    private final class Counting implements Consumer<EnergyWindow> {
        @Override
        public void accept(EnergyWindow window) {
            windows++;
        }
    }

    @Override
    public String toString() {
        return "job that took " + windows + " windows";
    }
}
