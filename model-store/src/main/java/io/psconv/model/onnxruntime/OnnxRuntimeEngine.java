package io.psconv.model.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.export.OnnxExporter;
import io.psconv.model.format.CompressedModel;

/**
 * Runs networks in ONNX Runtime on the CPU, dense: a peer to compare with, not a sparse engine.
 *
 * <p>Models go over as the bytes of an ONNX file, in memory. All graph optimisations are on and
 * nodes run one after the other. Answers agree with the JVM engine's within rounding.
 */
public final class OnnxRuntimeEngine implements InferenceEngine {
    /** Name of this engine in options and records. */
    public static final String NAME = "onnxruntime";

    private final int threads;

    /**
     * Makes the engine.
     *
     * @param threads threads within one operator; the calling thread is one of them
     * @throws IllegalArgumentException if it is less than 1
     */
    public OnnxRuntimeEngine(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads was '" + threads + "' but it must be at least 1");
        }
        this.threads = threads;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedModel load(CompressedModel model) {
        byte[] file = new OnnxExporter().toBytes(model, model.network().architecture());
        OrtEnvironment environment = RuntimeEnvironment.get();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            return new OnnxRuntimeModel(
                    model, environment, environment.createSession(file, options));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused the model: " + e.getMessage(), e);
        }
    }
}
