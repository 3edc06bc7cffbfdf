package io.psconv.operator.record;

import java.io.Serializable;

/**
 * What is appended to the log of decisions.
 *
 * <p>Its effective time is not known before it has a place there; {@link #at} is the only rule for
 * it, for all readers and replays.
 */
public sealed interface DecisionEntry extends Serializable
        permits AcceptedPlan, AcceptedCrop, Refusal, DecisionTick {
    /**
     * What the entry says, once it stands in the log.
     *
     * @param appendMillis when the log took it, by the broker's clock
     */
    Decision at(long appendMillis);
}
