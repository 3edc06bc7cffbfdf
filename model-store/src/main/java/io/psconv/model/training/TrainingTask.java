package io.psconv.model.training;

import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.format.CompressedModel;
import java.nio.file.Path;

/**
 * What is to be trained, on what, and where its state is kept.
 *
 * @param recipe to train by
 * @param start network, labels, normalisation and first weights
 * @param sets images of the network's input shape, classes in the order of its labels
 * @param threads of engine and evaluation
 * @param evaluateEvery epochs between evaluations, at least 1; at its end a training is always
 *     evaluated
 * @param evaluationsAfter how many evaluations the caller makes itself afterwards, for which a time
 *     limit leaves room
 * @param checkpoint file that holds the state
 */
public record TrainingTask(
        Recipe recipe,
        CompressedModel start,
        TrainingSets sets,
        int threads,
        int evaluateEvery,
        int evaluationsAfter,
        Path checkpoint) {
    public TrainingTask {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException(
                    "threads was '" + threads + "' but it must be between 1 and 1024");
        }
        if (evaluateEvery < 1 || evaluationsAfter < 0) {
            throw new IllegalArgumentException(
                    "epochs between evaluations were '"
                            + evaluateEvery
                            + "' and evaluations afterwards '"
                            + evaluationsAfter
                            + "' but they must be at least 1 and 0");
        }
        if (!sets.train().shape().equals(start.network().input())
                || !sets.train().classes().equals(start.metadata().labels())) {
            throw new IllegalArgumentException(
                    "images were of "
                            + sets.train().shape()
                            + " and classes "
                            + sets.train().classes()
                            + " but the network takes "
                            + start.network().input()
                            + " and has classes "
                            + start.metadata().labels());
        }
    }
}
