package io.psconv.model.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.ClassifierLimits;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import java.nio.FloatBuffer;

/** Runs a TorchScript module; what a call makes is released before it returns. */
final class PyTorchClassifier implements Classifier {
    private final ClassifierLimits limits;
    private final FeatureShape image;
    private final Model module;
    private final NDManager manager;
    private final ParameterStore parameters;

    PyTorchClassifier(Network network, Model module, int maxBatch) {
        this.limits = ClassifierLimits.of(network, maxBatch);
        this.image = network.input();
        this.module = module;
        this.manager = module.getNDManager().newSubManager();
        this.parameters = new ParameterStore(manager, false);
    }

    @Override
    public int maxBatch() {
        return limits.maxBatch();
    }

    @Override
    public void classify(float[] input, int batch, float[] logits) {
        limits.check(input, batch, logits);
        Shape shape = new Shape(batch, image.channels(), image.height(), image.width());
        try (NDManager call = manager.newSubManager()) {
            NDArray images =
                    call.create(FloatBuffer.wrap(input, 0, batch * limits.imageLength()), shape);
            NDList made = module.getBlock().forward(parameters, new NDList(images), false);
            made.singletonOrThrow()
                    .toByteBuffer()
                    .asFloatBuffer()
                    .get(logits, 0, batch * limits.classes());
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
