package io.psconv.model.engine;

import io.psconv.model.format.CompressedModel;

/** A model whose weights an engine has made ready; shared by all threads that classify with it. */
public interface LoadedModel extends AutoCloseable {
    /** The model as it was read. */
    CompressedModel model();

    /** Name of the engine, for example {@code jvm}. */
    String engine();

    /** Makes a classifier for one thread. */
    Classifier newClassifier(int maxBatch);

    @Override
    void close();
}
