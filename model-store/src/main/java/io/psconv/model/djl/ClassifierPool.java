package io.psconv.model.djl;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Classifiers of one batch size, as many as threads compute at once.
 *
 * <p>DJL has no hook for a predictor's end that an engine without native arrays would see, so
 * scratch memory belongs to the model and is lent for each batch.
 */
final class ClassifierPool implements AutoCloseable {
    private final LoadedModel model;
    private final int maxBatch;
    private final Deque<Classifier> idle = new ArrayDeque<>();
    private boolean closed;

    ClassifierPool(LoadedModel model, int maxBatch) {
        this.model = model;
        this.maxBatch = maxBatch;
    }

    /** Largest batch of the classifiers. */
    int maxBatch() {
        return maxBatch;
    }

    /** Classifies on the calling thread; as {@link Classifier#classify}. */
    void classify(float[] input, int batch, float[] logits) {
        Classifier classifier = take();
        try {
            classifier.classify(input, batch, logits);
        } finally {
            giveBack(classifier);
        }
    }

    private Classifier take() {
        synchronized (idle) {
            if (closed) {
                throw new IllegalStateException("the model was closed; load it again");
            }
            Classifier kept = idle.poll();
            if (kept != null) {
                return kept;
            }
        }
        return model.newClassifier(maxBatch);
    }

    private void giveBack(Classifier classifier) {
        synchronized (idle) {
            if (!closed) {
                // The last one first, because its memory is still in the caches.
                idle.push(classifier);
                return;
            }
        }
        classifier.close();
    }

    /** Closes the idle ones now and those at work when they are done. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(Classifier::close);
            idle.clear();
        }
    }
}
