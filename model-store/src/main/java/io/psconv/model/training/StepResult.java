package io.psconv.model.training;

/**
 * What a step saw before its update.
 *
 * @param loss mean cross-entropy of the batch, in nats, smoothed labels included
 * @param right images whose largest logit was their label's
 */
public record StepResult(double loss, int right) {}
