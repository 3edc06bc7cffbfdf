package io.psconv.model.djl;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngineProvider;
import io.psconv.model.engine.OptionalLibrary;

/** Finds DJL's PyTorch engine, which is no dependency by default: its natives fill 450 MB. */
public final class PyTorchProvider implements InferenceEngineProvider {
    static final String ARTEFACTS =
            "ai.djl.pytorch:pytorch-engine, ai.djl.pytorch:pytorch-jni and"
                    + " ai.djl.pytorch:pytorch-native-cpu with the platform's classifier";

    static final OptionalLibrary LIBRARY =
            new OptionalLibrary("ai.djl.pytorch.engine.PtEngineProvider", ARTEFACTS);

    /** Called by {@link java.util.ServiceLoader}. */
    public PyTorchProvider() {}

    @Override
    public String name() {
        return PyTorchEngine.NAME;
    }

    @Override
    public InferenceEngine create(int threads) {
        LIBRARY.require(name());
        return new PyTorchEngine(threads);
    }
}
