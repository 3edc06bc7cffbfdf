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
 * What a job asks of what the subtasks of a task manager share.
 *
 * <p>Of the process, not of the job, are the Prometheus endpoint, the place that meters are sent to
 * and the time between readings of a counter: where jobs of one process differ, the first one
 * counts, and the log says so.
 *
 * @param energySource where joules come from
 * @param energySamplingInterval time between readings of an energy counter
 * @param energyWindows whether closed energy windows are to be kept for a topic
 * @param metricsHost address of the Prometheus endpoint
 * @param metricsPorts of which the first free one is taken, or null for no endpoint
 * @param otlp where meters are sent besides, or null for nowhere
 * @param engine what runs networks, whose devices' energy is read if it has such, see {@link
 *     io.psconv.model.engine.EngineSpec}
 * @param build of the shared classes that the job was made with, see {@link NodeBuild}
 */
public record NodeSettings(
        EnergySource energySource,
        Duration energySamplingInterval,
        boolean energyWindows,
        String metricsHost,
        @Nullable PortRange metricsPorts,
        @Nullable OtlpSettings otlp,
        String engine,
        String build)
        implements Serializable {
    private static final String ANY_ENGINE = "auto";

    /** Those of a job that is made with the classes of this process. */
    public NodeSettings(
            EnergySource energySource,
            Duration energySamplingInterval,
            boolean energyWindows,
            String metricsHost,
            @Nullable PortRange metricsPorts,
            @Nullable OtlpSettings otlp,
            String engine) {
        this(
                energySource,
                energySamplingInterval,
                energyWindows,
                metricsHost,
                metricsPorts,
                otlp,
                engine,
                NodeBuild.own());
    }

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

    /** The same with the devices that Flink gave a task manager, where the engine uses such. */
    NodeSettings of(RuntimeContext context) {
        return new NodeSettings(
                energySource,
                energySamplingInterval,
                energyWindows,
                metricsHost,
                metricsPorts,
                otlp,
                GpuResources.engine(engine, context),
                build);
    }
}
