package io.psconv.model.engine;

import io.psconv.model.format.CompressedModel;

/** Makes models ready to classify. */
public interface InferenceEngine {
    /** Name by which options and records call the engine. */
    String name();

    /**
     * Prepares a model: folds batch normalization, packs weights.
     *
     * @throws IllegalArgumentException if the engine cannot run the model
     */
    LoadedModel load(CompressedModel model);
}
