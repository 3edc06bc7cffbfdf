package io.psconv.operator.node;

import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.metrics.OtlpSettings;
import io.psconv.operator.metrics.PortRange;
import java.io.Serializable;
import java.time.Duration;
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
 */
public record NodeSettings(
        EnergySource energySource,
        Duration energySamplingInterval,
        boolean energyWindows,
        String metricsHost,
        @Nullable PortRange metricsPorts,
        @Nullable OtlpSettings otlp)
        implements Serializable {}
