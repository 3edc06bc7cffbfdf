package io.psconv.model.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.pattern.Variant;

/** A session, which any number of threads may run at once. */
final class OnnxRuntimeModel implements LoadedModel {
    private final CompressedModel model;
    private final OrtEnvironment environment;
    private final OrtSession session;

    OnnxRuntimeModel(CompressedModel model, OrtEnvironment environment, OrtSession session) {
        this.model = model;
        this.environment = environment;
        this.session = session;
    }

    @Override
    public CompressedModel model() {
        return model;
    }

    @Override
    public String engine() {
        return OnnxRuntimeEngine.NAME;
    }

    @Override
    public Variant executedVariant() {
        return Variant.DENSE;
    }

    @Override
    public Classifier newClassifier(int maxBatch) {
        return new OnnxRuntimeClassifier(model.network(), environment, session, maxBatch);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime could not close the model: " + e.getMessage(), e);
        }
    }
}
