package io.psconv.operator.classify;

import io.psconv.operator.record.ClassScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Turns the logits of one image into its best classes. */
final class Scores {
    /** Up to so many classes looking for each in turn is quicker than sorting all. */
    private static final int FEW = 16;

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
        Softmax softmax = Softmax.of(logits, start, classes);
        int[] order = ranking(logits, start, classes, count);
        List<ClassScore> best = new ArrayList<>(order.length);
        for (int top : order) {
            best.add(new ClassScore(labels.get(top), softmax.probability(logits[start + top])));
        }
        return best;
    }

    /** The probabilities of one image's classes, in the order of the classes. */
    static float[] probabilities(float[] logits) {
        Softmax softmax = Softmax.of(logits, 0, logits.length);
        float[] probabilities = new float[logits.length];
        for (int label = 0; label < logits.length; label++) {
            probabilities[label] = softmax.probability(logits[label]);
        }
        return probabilities;
    }

    /** The classes of largest logits, at most all, best first; equal ones in their order. */
    static int[] ranking(float[] logits, int start, int classes, int count) {
        int wanted = Math.min(count, classes);
        return wanted <= FEW
                ? few(logits, start, classes, wanted)
                : all(logits, start, classes, wanted);
    }

    /** What logits have in common: exp(logit − largest) / sum is their probability. */
    private record Softmax(double largest, double sum) {
        static Softmax of(float[] logits, int start, int classes) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int index = start; index < start + classes; index++) {
                largest = Math.max(largest, logits[index]);
            }
            double sum = 0;
            for (int index = start; index < start + classes; index++) {
                sum += Math.exp(logits[index] - largest);
            }
            return new Softmax(largest, sum);
        }

        float probability(float logit) {
            return (float) (Math.exp(logit - largest) / sum);
        }
    }

    private static int[] few(float[] logits, int start, int classes, int wanted) {
        int[] order = new int[wanted];
        boolean[] taken = new boolean[classes];
        for (int rank = 0; rank < wanted; rank++) {
            int top = -1;
            for (int label = 0; label < classes; label++) {
                if (!taken[label] && (top < 0 || logits[start + label] > logits[start + top])) {
                    top = label;
                }
            }
            taken[top] = true;
            order[rank] = top;
        }
        return order;
    }

    /** Sorts what would take as many rounds as there are classes. */
    private static int[] all(float[] logits, int start, int classes, int wanted) {
        return IntStream.range(0, classes)
                .boxed()
                .sorted(
                        Comparator.comparingDouble((Integer label) -> 0.0 - logits[start + label])
                                .thenComparingInt(label -> label))
                .limit(wanted)
                .mapToInt(label -> label)
                .toArray();
    }
}
