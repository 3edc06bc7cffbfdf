package io.psconv.operator.record;

import java.io.Serializable;

/**
 * What the log of decisions says, once for all readers and replays.
 *
 * <p>An effective time is part of the log: the later of the time asked for and the decision's
 * append time plus its lead.
 */
public sealed interface Decision extends Serializable
        permits ModelDecision, CropDecision, Refusal, DecisionTick {}
