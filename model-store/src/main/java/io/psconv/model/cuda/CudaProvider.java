package io.psconv.model.cuda;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngineProvider;
import java.util.Map;

/** Finds NVIDIA's driver, which a machine has or has not. */
public final class CudaProvider implements InferenceEngineProvider {
    /** Called by {@link java.util.ServiceLoader}. */
    public CudaProvider() {}

    @Override
    public String name() {
        return CudaEngine.NAME;
    }

    /** The engine in half precision on all devices. */
    @Override
    public InferenceEngine create(int threads) {
        return create(threads, Map.of());
    }

    /**
     * Makes the engine.
     *
     * @param options {@code precision}, {@code fp16} or {@code fp32}; {@code devices}, {@code auto}
     *     or indexes as {@code nvidia-smi} has them, such as {@code 0+2}
     * @throws IllegalStateException if there is no driver or no device
     */
    @Override
    public InferenceEngine create(int threads, Map<String, String> options) {
        CudaSettings settings = CudaSettings.of(options);
        return new CudaEngine(
                CudaDevices.ofThisProcess(PtxModule.portable()),
                settings,
                (model, precision) -> new BuiltPrograms(new CudaProgramBuilder(model, precision)));
    }
}
