package io.psconv.model.engine;

import java.util.OptionalLong;

/**
 * Classifies batches of normalised images; the one thing every engine does.
 *
 * <p>Holds scratch memory, so each thread needs its own; made by {@link LoadedModel#newClassifier}.
 */
public interface Classifier extends AutoCloseable {
    /** Largest batch that {@link #classify} takes. */
    int maxBatch();

    /**
     * Computes the logits of a batch.
     *
     * @param input NCHW {@code (batch, channels, height, width)}, normalised, not modified; may be
     *     longer than the batch
     * @param batch images, between 1 and {@link #maxBatch}
     * @param logits {@code (batch, classes)}, overwritten; may be longer
     * @throws IllegalArgumentException if {@code batch} is outside its range or an array too short
     */
    void classify(float[] input, int batch, float[] logits);

    /**
     * How long a device of its own computed the last batch, in nanoseconds; empty where the threads
     * that call do the work.
     */
    default OptionalLong deviceNanos() {
        return OptionalLong.empty();
    }

    @Override
    void close();
}
