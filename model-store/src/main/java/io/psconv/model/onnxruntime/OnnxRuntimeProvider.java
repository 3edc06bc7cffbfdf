package io.psconv.model.onnxruntime;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngineProvider;
import io.psconv.model.engine.OptionalLibrary;

/** Finds ONNX Runtime, an optional dependency. */
public final class OnnxRuntimeProvider implements InferenceEngineProvider {
    private static final OptionalLibrary LIBRARY =
            new OptionalLibrary(
                    "ai.onnxruntime.OrtEnvironment", "com.microsoft.onnxruntime:onnxruntime");

    /** Called by {@link java.util.ServiceLoader}. */
    public OnnxRuntimeProvider() {}

    @Override
    public String name() {
        return OnnxRuntimeEngine.NAME;
    }

    @Override
    public InferenceEngine create(int threads) {
        LIBRARY.require(name());
        return new OnnxRuntimeEngine(threads);
    }
}
