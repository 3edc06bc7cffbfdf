package io.psconv.model.engine;

import io.psconv.model.network.Network;

/**
 * What a classifier takes; checks the arguments of {@link Classifier#classify}.
 *
 * @param maxBatch images at once, at least 1
 * @param imageLength values of one image
 * @param classes logits of one image
 */
public record ClassifierLimits(int maxBatch, int imageLength, int classes) {
    public ClassifierLimits {
        if (maxBatch < 1) {
            throw new IllegalArgumentException(
                    "maxBatch was '" + maxBatch + "' but it must be at least 1");
        }
    }

    public static ClassifierLimits of(Network network, int maxBatch) {
        return new ClassifierLimits(maxBatch, network.input().length(), network.classes());
    }

    /**
     * Checks one call's arguments.
     *
     * @throws IllegalArgumentException if {@code batch} is outside its range or an array too short
     */
    public void check(float[] input, int batch, float[] logits) {
        if (batch < 1 || batch > maxBatch) {
            throw new IllegalArgumentException(
                    "batch was '" + batch + "' but it must be between 1 and " + maxBatch);
        }
        long inputs = (long) batch * imageLength;
        long outputs = (long) batch * classes;
        if (input.length < inputs || logits.length < outputs) {
            throw new IllegalArgumentException(
                    "input had "
                            + input.length
                            + " and logits "
                            + logits.length
                            + " values but "
                            + batch
                            + " images need "
                            + inputs
                            + " and "
                            + outputs);
        }
    }
}
