package io.psconv.job.options;

import java.time.Duration;

/**
 * How requests are decided upon.
 *
 * @param lead least time between a decision and its effect
 * @param tickInterval time between two ticks in the log of decisions
 * @param verifyTimeout after which a request is refused
 */
public record ControlOptions(Duration lead, Duration tickInterval, Duration verifyTimeout) {
    public ControlOptions {
        // Frames as old as now are let through by the newest tick: it must not get older than it
        // reaches ahead, and a slow one not either.
        if (tickInterval.multipliedBy(2).compareTo(lead) > 0) {
            throw new IllegalArgumentException(
                    ClassifyConfigOptions.CONTROL_TICK_INTERVAL.key()
                            + " was '"
                            + OptionReader.text(tickInterval)
                            + "' but it must be at most half of control.lead of "
                            + OptionReader.text(lead)
                            + ", or frames would wait for ticks");
        }
    }
}
