package io.psconv.job.options;

import io.psconv.operator.energy.EnergySource;
import java.time.Duration;

/**
 * Where joules come from.
 *
 * @param source the meter
 * @param samplingInterval time between readings of the counter
 */
public record EnergyOptions(EnergySource source, Duration samplingInterval) {
    /** Reads them. */
    static EnergyOptions read(OptionReader reader) {
        return new EnergyOptions(
                reader.choice(ClassifyConfigOptions.ENERGY_SOURCE),
                reader.durationBetween(
                        ClassifyConfigOptions.ENERGY_SAMPLING_INTERVAL,
                        Duration.ofMillis(20),
                        Duration.ofMinutes(1)));
    }
}
