package io.psconv.operator.record;

/**
 * What the compared model of a paired route said of a frame.
 *
 * @param model which model
 * @param best its best class
 * @param agrees whether that is the best class of the model whose answer counts
 * @param maxLogitDifference largest absolute difference of two logits of one class; NaN if the
 *     models have different classes
 */
public record PairedResult(
        ModelIdentity model, ClassScore best, boolean agrees, float maxLogitDifference) {}
