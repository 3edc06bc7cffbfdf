package io.psconv.model.djl;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngineProvider;

/** Finds DJL's PyTorch engine as {@link PyTorchProvider} does, for grouped convolutions. */
public final class PyTorchGroupedProvider implements InferenceEngineProvider {
    /** Called by {@link java.util.ServiceLoader}. */
    public PyTorchGroupedProvider() {}

    @Override
    public String name() {
        return PyTorchEngine.GROUPED_NAME;
    }

    @Override
    public InferenceEngine create(int threads) {
        PyTorchProvider.LIBRARY.require(name());
        return PyTorchEngine.grouped(threads);
    }
}
