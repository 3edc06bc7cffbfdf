package io.psconv.operator.classify;

import io.psconv.operator.record.ClassScore;
import java.util.ArrayList;
import java.util.List;

/** Turns the logits of one image into its best classes. */
final class Scores {
    private Scores() {}

    /**
     * The classes of largest probability, best first; equal ones in the order of the classes.
     *
     * @param logits of a batch, {@code (batch, labels)}
     * @param image which of the batch
     * @param count how many classes, at most all
     */
    static List<ClassScore> best(float[] logits, int image, List<String> labels, int count) {
        int classes = labels.size();
        int start = image * classes;
        double largest = Double.NEGATIVE_INFINITY;
        for (int index = start; index < start + classes; index++) {
            largest = Math.max(largest, logits[index]);
        }
        double sum = 0;
        for (int index = start; index < start + classes; index++) {
            sum += Math.exp(logits[index] - largest);
        }
        int wanted = Math.min(count, classes);
        List<ClassScore> best = new ArrayList<>(wanted);
        boolean[] taken = new boolean[classes];
        for (int rank = 0; rank < wanted; rank++) {
            int top = -1;
            for (int label = 0; label < classes; label++) {
                if (!taken[label] && (top < 0 || logits[start + label] > logits[start + top])) {
                    top = label;
                }
            }
            taken[top] = true;
            float probability = (float) (Math.exp(logits[start + top] - largest) / sum);
            best.add(new ClassScore(labels.get(top), probability));
        }
        return best;
    }
}
