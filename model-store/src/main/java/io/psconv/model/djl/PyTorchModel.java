package io.psconv.model.djl;

import ai.djl.Model;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;

/**
 * A TorchScript module, which any number of threads may run at once.
 *
 * <p>Keeps the {@link Model}, not its block: a block alone does not keep the native module alive.
 */
final class PyTorchModel implements LoadedModel {
    private final String engine;
    private final CompressedModel model;
    private final Model module;

    PyTorchModel(String engine, CompressedModel model, Model module) {
        this.engine = engine;
        this.model = model;
        this.module = module;
    }

    @Override
    public CompressedModel model() {
        return model;
    }

    @Override
    public String engine() {
        return engine;
    }

    @Override
    public Classifier newClassifier(int maxBatch) {
        return new PyTorchClassifier(model.network(), module, maxBatch);
    }

    @Override
    public void close() {
        module.close();
    }
}
