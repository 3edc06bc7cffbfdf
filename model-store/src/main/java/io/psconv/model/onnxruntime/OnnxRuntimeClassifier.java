package io.psconv.model.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.ClassifierLimits;
import io.psconv.model.export.ModelExporter;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/** Runs a session on buffers outside the heap, which the runtime reads and writes in place. */
final class OnnxRuntimeClassifier implements Classifier {
    private final ClassifierLimits limits;
    private final FeatureShape image;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final FloatBuffer input;
    private final FloatBuffer output;

    OnnxRuntimeClassifier(
            Network network, OrtEnvironment environment, OrtSession session, int maxBatch) {
        this.limits = ClassifierLimits.of(network, maxBatch);
        this.image = network.input();
        this.environment = environment;
        this.session = session;
        this.input = direct(Math.multiplyExact(maxBatch, limits.imageLength()));
        this.output = direct(Math.multiplyExact(maxBatch, limits.classes()));
    }

    @Override
    public int maxBatch() {
        return limits.maxBatch();
    }

    @Override
    @SuppressWarnings("try") // The result is what lies in 'output'; it only has to be closed.
    public void classify(float[] input, int batch, float[] logits) {
        limits.check(input, batch, logits);
        this.input.clear().put(input, 0, batch * limits.imageLength()).flip();
        this.output.clear().limit(batch * limits.classes());
        long[] shape = {batch, image.channels(), image.height(), image.width()};
        try (OnnxTensor read = OnnxTensor.createTensor(environment, this.input, shape);
                OnnxTensor made =
                        OnnxTensor.createTensor(
                                environment, output, new long[] {batch, limits.classes()});
                OrtSession.Result result =
                        session.run(
                                Map.of(ModelExporter.INPUT, read),
                                Map.of(ModelExporter.OUTPUT, made))) {
            output.get(0, logits, 0, batch * limits.classes());
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime failed on a batch of " + batch + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // Tensors live for one call only; the buffers go with the classifier.
    }

    private static FloatBuffer direct(int values) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
