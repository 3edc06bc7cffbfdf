package io.psconv.operator.classify;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import java.util.List;

/**
 * What one model says of one frame.
 *
 * @param model which model
 * @param labels its classes
 * @param logits one for each class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; one owner
public record Answer(ModelIdentity model, List<String> labels, float[] logits) {
    /** Places of the best classes among all, at most all of them, best first. */
    public int[] ranking(int count) {
        return Scores.ranking(logits, 0, logits.length, count);
    }

    /** The softmax of the logits. */
    public float[] probabilities() {
        return Scores.probabilities(logits);
    }

    /** The best classes, best first. */
    List<ClassScore> best(int count) {
        return Scores.best(logits, 0, labels, count);
    }

    /** Difference of the two largest probabilities; 1 with one class alone. */
    float margin() {
        List<ClassScore> best = best(2);
        float second = best.size() < 2 ? 0 : best.get(1).probability();
        return best.get(0).probability() - second;
    }

    /** This answer beside the one that counts. */
    PairedResult beside(Answer counting) {
        ClassScore best = best(1).get(0);
        return new PairedResult(
                model,
                best,
                best.label().equals(counting.best(1).get(0).label()),
                maxDifference(counting));
    }

    private float maxDifference(Answer other) {
        if (!labels.equals(other.labels)) {
            return Float.NaN;
        }
        float largest = 0;
        for (int index = 0; index < logits.length; index++) {
            largest = Math.max(largest, Math.abs(logits[index] - other.logits[index]));
        }
        return largest;
    }
}
