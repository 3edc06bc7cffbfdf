package io.psconv.model.training;

/**
 * Mean cross-entropy between softmax of the logits and smoothed labels, with its gradient.
 *
 * <p>The target of the label is {@code 1 - smoothing + smoothing / classes}, that of every other
 * class {@code smoothing / classes} (Szegedy et al., CVPR 2016, Sec. 7), as PyTorch has it.
 */
final class SoftmaxCrossEntropy {
    private final double smoothing;
    private float[] gradient = new float[0];

    SoftmaxCrossEntropy(double smoothing) {
        this.smoothing = smoothing;
    }

    /**
     * Computes loss and gradient.
     *
     * @param logits {@code (batch, classes)}
     * @param labels by image
     */
    StepResult apply(float[] logits, int[] labels) {
        int classes = logits.length / labels.length;
        if (gradient.length != logits.length) {
            gradient = new float[logits.length];
        }
        double loss = 0;
        int right = 0;
        for (int image = 0; image < labels.length; image++) {
            int from = image * classes;
            int best = largest(logits, from, classes);
            right += best == labels[image] ? 1 : 0;
            loss += loss(logits, from, classes, best, labels[image], labels.length);
        }
        return new StepResult(loss / labels.length, right);
    }

    private double loss(float[] logits, int from, int classes, int best, int label, int images) {
        double largest = logits[from + best];
        double sum = 0;
        for (int index = 0; index < classes; index++) {
            sum += Math.exp(logits[from + index] - largest);
        }
        double loss = 0;
        for (int index = 0; index < classes; index++) {
            double target = smoothing / classes + (index == label ? 1 - smoothing : 0);
            double below = logits[from + index] - largest;
            loss += target * (Math.log(sum) - below);
            gradient[from + index] = (float) ((Math.exp(below) / sum - target) / images);
        }
        return loss;
    }

    private static int largest(float[] logits, int from, int classes) {
        int best = 0;
        for (int index = 1; index < classes; index++) {
            best = logits[from + index] > logits[from + best] ? index : best;
        }
        return best;
    }

    /** Gradient of the last loss by the logits, {@code (batch, classes)}. */
    float[] gradient() {
        return gradient;
    }
}
