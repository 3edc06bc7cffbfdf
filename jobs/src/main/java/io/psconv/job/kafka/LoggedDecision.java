package io.psconv.job.kafka;

import io.psconv.operator.record.DecisionEntry;

/**
 * An entry of the log of decisions.
 *
 * @param entry what it says
 * @param appendMillis when the log took it, by the broker's clock
 */
public record LoggedDecision(DecisionEntry entry, long appendMillis) {}
