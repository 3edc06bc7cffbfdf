package io.psconv.job.options;

import io.psconv.operator.energy.EnergySource;
import java.time.Duration;

/**
 * Where joules come from.
 *
 * @param source the meter
 * @param samplingInterval time between readings of the counter
 */
public record EnergyOptions(EnergySource source, Duration samplingInterval) {}
