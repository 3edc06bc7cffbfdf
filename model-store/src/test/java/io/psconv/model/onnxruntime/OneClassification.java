package io.psconv.model.onnxruntime;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.SampleModels;

/** A JVM of its own that classifies one image. */
final class OneClassification {
    private OneClassification() {}

    public static void main(String[] arguments) {
        float[] logits = new float[10];
        try (LoadedModel loaded = new OnnxRuntimeEngine(1).load(SampleModels.resnet20("PS1_P9"));
                Classifier classifier = loaded.newClassifier(1)) {
            classifier.classify(new float[SampleModels.CIFAR.length()], 1, logits);
        }
        System.out.println("classified");
    }
}
