package io.psconv.operator.record;

import java.util.List;

/**
 * What a camera's state takes from a classification.
 *
 * @param frame the classified frame
 * @param timestampMillis its capture time, milliseconds since 1970 UTC
 * @param label its answer
 * @param scores probabilities of all classes; empty where only labels are smoothed
 * @param confidence probability of the best class
 * @param imageHash of the network's input; 0 if it is not known
 * @param model which model answered
 */
public record Observation(
        FrameId frame,
        long timestampMillis,
        String label,
        List<ClassScore> scores,
        float confidence,
        long imageHash,
        ModelReference model) {
    public Observation {
        scores = List.copyOf(scores);
    }

    /**
     * Takes what is wanted from a classification.
     *
     * @param withScores whether the probabilities are wanted too
     */
    public static Observation of(Classification classification, boolean withScores) {
        ModelIdentity model = classification.model();
        return new Observation(
                classification.frame(),
                classification.timestampMillis(),
                classification.label(),
                withScores ? classification.top() : List.of(),
                classification.top().get(0).probability(),
                classification.imageHash(),
                new ModelReference(model.name(), model.version(), model.digest()));
    }
}
