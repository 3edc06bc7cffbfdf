package io.psconv.model.training;

import io.psconv.model.format.CompressedModel;

/**
 * How a training ended.
 *
 * @param checkpoint its last one, as it is in the file
 * @param model with the weights of the checkpoint and the labels and normalisation of the start
 * @param batch images of every step
 * @param stopped whether it was stopped, so that it can go on from the checkpoint
 */
public record TrainingResult(
        Checkpoint checkpoint, CompressedModel model, int batch, boolean stopped) {
    /** The last epoch; of a training that has not been stopped, its test accuracy is there. */
    public EpochRecord last() {
        return checkpoint.history().get(checkpoint.history().size() - 1);
    }
}
