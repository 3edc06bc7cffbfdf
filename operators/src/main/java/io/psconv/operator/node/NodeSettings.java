package io.psconv.operator.node;

import io.psconv.operator.device.GpuResources;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.metrics.OtlpSettings;
import io.psconv.operator.metrics.PortRange;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.jspecify.annotations.Nullable;

/**
 * What the subtasks of a task manager share.
 *
 * @param energySource where joules come from
 * @param energySamplingInterval time between readings of an energy counter
 * @param energyWindows whether closed energy windows are to be kept for a topic
 * @param metricsHost address of the Prometheus endpoint
 * @param metricsPorts of which the first free one is taken, or null for no endpoint
 * @param otlp where meters are sent besides, or null for nowhere
 * @param engine what runs networks, whose devices' energy is read if it has such, see {@link
 *     io.psconv.model.engine.EngineSpec}
 */
public record NodeSettings(
        EnergySource energySource,
        Duration energySamplingInterval,
        boolean energyWindows,
        String metricsHost,
        @Nullable PortRange metricsPorts,
        @Nullable OtlpSettings otlp,
        String engine)
        implements Serializable {
    private static final String ANY_ENGINE = "auto";

    /** Those of a job whose engine computes on the processor. */
    public NodeSettings(
            EnergySource energySource,
            Duration energySamplingInterval,
            boolean energyWindows,
            String metricsHost,
            @Nullable PortRange metricsPorts,
            @Nullable OtlpSettings otlp) {
        this(
                energySource,
                energySamplingInterval,
                energyWindows,
                metricsHost,
                metricsPorts,
                otlp,
                ANY_ENGINE);
    }

    /** Whether nothing differs but the devices of the engine, which not every task is told. */
    boolean isLike(NodeSettings other) {
        return new NodeSettings(
                        energySource,
                        energySamplingInterval,
                        energyWindows,
                        metricsHost,
                        metricsPorts,
                        otlp,
                        other.engine)
                .equals(other);
    }

    /** The same with the devices that Flink gave a task manager, where the engine uses such. */
    NodeSettings of(RuntimeContext context) {
        return new NodeSettings(
                energySource,
                energySamplingInterval,
                energyWindows,
                metricsHost,
                metricsPorts,
                otlp,
                GpuResources.engine(engine, context));
    }
}
