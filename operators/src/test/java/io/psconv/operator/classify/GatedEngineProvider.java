package io.psconv.operator.classify;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngineProvider;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;

/** The JVM engine, with batches that a test can stop at a {@link Gate}. */
public final class GatedEngineProvider implements InferenceEngineProvider {
    static final String NAME = "gated";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public InferenceEngine create(int threads) {
        return new GatedEngine(new JvmEngine(ConvolutionForms.choose("auto", false)));
    }

    private record GatedEngine(InferenceEngine engine) implements InferenceEngine {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public LoadedModel load(CompressedModel model) {
            return new GatedModel(engine.load(model));
        }
    }

    private record GatedModel(LoadedModel loaded) implements LoadedModel {
        @Override
        public CompressedModel model() {
            return loaded.model();
        }

        @Override
        public String engine() {
            return NAME;
        }

        @Override
        public Classifier newClassifier(int maxBatch) {
            return new GatedClassifier(loaded.newClassifier(maxBatch));
        }

        @Override
        public void close() {
            loaded.close();
        }
    }

    private record GatedClassifier(Classifier classifier) implements Classifier {
        @Override
        public int maxBatch() {
            return classifier.maxBatch();
        }

        @Override
        public void classify(float[] input, int batch, float[] logits) {
            Gate.pass();
            classifier.classify(input, batch, logits);
        }

        @Override
        public void close() {
            classifier.close();
        }
    }
}
