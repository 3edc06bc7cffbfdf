package io.psconv.operator.record;

/**
 * One class and the probability the model gives it.
 *
 * @param label name of the class
 * @param probability softmax of the logits, between 0 and 1
 */
public record ClassScore(String label, float probability) {}
