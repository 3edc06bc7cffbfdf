package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of one model: made once, shared by everybody who uses the same registry.
 *
 * <p>Frames are not counted apart: the count of {@code frame.decode.time} is the number of decoded
 * frames, that of {@code inference.latency} the number of batches. Thread-safe.
 */
public final class ModelMeters {
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final Tags tags;
    private final Timer latency;
    private final DistributionSummary batchSize;
    private final Timer decodeTime;
    private final Timer queueTime;
    private final @Nullable Counter inferenceCpu;
    private final @Nullable Counter decodeCpu;
    private volatile @Nullable DistributionSummary energy;

    public ModelMeters(MeterRegistry registry, ModelIdentity model) {
        this.registry = registry;
        this.tags = Tags.of("model", model.name(), "variant", model.variant());
        this.latency = timer("inference.latency", "Time of the network for a batch");
        this.decodeTime = timer("frame.decode.time", "Time to decode a frame");
        this.queueTime = timer("frame.queue.time", "Time a decoded frame waited for its batch");
        this.batchSize =
                DistributionSummary.builder("inference.batch.size")
                        .description("Frames classified together")
                        .baseUnit("frames")
                        .serviceLevelObjectives(Buckets.batchSizes())
                        .tags(tags)
                        .register(registry);
        this.inferenceCpu = cpu("inference.cpu.time", "Processor time of the network");
        this.decodeCpu = cpu("frame.decode.cpu.time", "Processor time of decoding frames");
    }

    /** Of the thread that classifies; an engine's own threads are not in it. */
    private @Nullable Counter cpu(String name, String description) {
        return ThreadCpuTime.isKnown()
                ? Counter.builder(name)
                        .description(description)
                        .baseUnit("seconds")
                        .tags(tags)
                        .register(registry)
                : null;
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(Buckets.times())
                .tags(tags)
                .register(registry);
    }

    /**
     * Records a decoded frame.
     *
     * @param nanos time by the clock
     * @param cpuNanos time of the processor, see {@link ThreadCpuTime}
     */
    public void decoded(long nanos, long cpuNanos) {
        decodeTime.record(nanos, TimeUnit.NANOSECONDS);
        if (decodeCpu != null) {
            decodeCpu.increment(cpuNanos / NANOS_PER_SECOND);
        }
    }

    /** Records a frame's wait for its batch. */
    public void queued(long nanos) {
        queueTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Records a batch.
     *
     * @param nanos time by the clock
     * @param cpuNanos time of the processor, see {@link ThreadCpuTime}
     * @param charge what each of its frames is charged with, or null where nothing is known; the
     *     meter exists only once something was
     */
    public void classified(int frames, long nanos, long cpuNanos, @Nullable FrameEnergy charge) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
        batchSize.record(frames);
        if (inferenceCpu != null) {
            inferenceCpu.increment(cpuNanos / NANOS_PER_SECOND);
        }
        if (charge != null) {
            DistributionSummary joules = energyOf(charge);
            for (int frame = 0; frame < frames; frame++) {
                joules.record(charge.joules());
            }
        }
    }

    private DistributionSummary energyOf(FrameEnergy charge) {
        DistributionSummary known = energy;
        if (known == null) {
            known =
                    DistributionSummary.builder("inference.energy")
                            .description("Energy that a frame is charged with")
                            .baseUnit("joules")
                            .tags(tags.and("energy.source", charge.source()))
                            .register(registry);
            energy = known;
        }
        return known;
    }
}
