package io.psconv.operator.record;

import java.util.List;

/**
 * How sure one model is of its answers to a camera, as means of batches of frames.
 *
 * @param model the model
 * @param batchFrames frames of the batch that is not full yet
 * @param batchSum sum of their confidences
 * @param baselineBatches batches that the baseline is made of so far
 * @param baselineMean mean of the baseline's batches
 * @param baselineSquares sum of squared differences from that mean
 * @param recent means of the last batches behind the baseline, oldest first
 * @param drifted whether a drift was reported that has not gone back
 */
public record ModelConfidence(
        ModelReference model,
        int batchFrames,
        double batchSum,
        int baselineBatches,
        double baselineMean,
        double baselineSquares,
        List<Double> recent,
        boolean drifted) {
    public ModelConfidence {
        recent = List.copyOf(recent);
    }

    /** Of a model that has not answered yet. */
    public static ModelConfidence of(ModelReference model) {
        return new ModelConfidence(model, 0, 0, 0, 0, 0, List.of(), false);
    }
}
