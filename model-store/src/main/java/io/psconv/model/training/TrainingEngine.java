package io.psconv.model.training;

import io.psconv.model.format.CompressedModel;

/** What computes gradients: this project's own loops, or a stock framework. */
public interface TrainingEngine {
    /** {@code jvm} or {@code djl-pytorch}. */
    String name();

    /** What it runs on, for the training record. */
    String description();

    /** Batches must be a multiple of this many images. */
    int batchMultiple();

    /**
     * Makes a network differentiable.
     *
     * @param start weights to begin with, batch normalization's running statistics included; stays
     *     as it is
     * @param batch images of every step, a multiple of {@link #batchMultiple}
     * @param threads that compute
     * @throws IllegalArgumentException if the engine cannot train such a network or batch
     */
    DifferentiableNetwork open(CompressedModel start, int batch, int threads);
}
