package io.psconv.bench.gpu;

/**
 * How far an engine's logits are from another's.
 *
 * @param images compared
 * @param largestDistance of an image's logits, as a part of their norm
 * @param sameLabels images whose largest logit is the same
 */
public record LogitAgreement(int images, double largestDistance, int sameLabels) {
    /**
     * Compares.
     *
     * @param expected {@code (images, classes)}
     * @param found the same
     * @throws IllegalArgumentException if the lengths differ
     */
    public static LogitAgreement of(float[] expected, float[] found, int classes) {
        if (expected.length != found.length || expected.length % classes != 0) {
            throw new IllegalArgumentException(
                    "logits were "
                            + expected.length
                            + " and "
                            + found.length
                            + " but both must be a multiple of "
                            + classes);
        }
        double largest = 0;
        int same = 0;
        int images = expected.length / classes;
        for (int image = 0; image < images; image++) {
            double squares = 0;
            double difference = 0;
            int label = image * classes;
            int labelFound = label;
            for (int index = image * classes; index < (image + 1) * classes; index++) {
                squares += (double) expected[index] * expected[index];
                difference += Math.pow((double) found[index] - expected[index], 2);
                label = expected[index] > expected[label] ? index : label;
                labelFound = found[index] > found[labelFound] ? index : labelFound;
            }
            double distance = Math.sqrt(difference / squares);
            // Not a number is as far as can be.
            largest = distance <= largest ? largest : Double.isNaN(distance) ? 1e9 : distance;
            same += label == labelFound ? 1 : 0;
        }
        return new LogitAgreement(images, largest, same);
    }

    /** The worse of both, over the images of both. */
    public LogitAgreement and(LogitAgreement other) {
        return new LogitAgreement(
                images + other.images,
                Math.max(largestDistance, other.largestDistance),
                sameLabels + other.sameLabels);
    }

    /** Images with the same label, as a part of all. */
    public double sameLabelShare() {
        return (double) sameLabels / images;
    }
}
