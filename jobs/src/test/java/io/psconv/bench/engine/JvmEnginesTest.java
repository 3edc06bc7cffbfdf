package io.psconv.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmEnginesTest {
    private static final ConvolutionForm FORM = ConvolutionForms.vector().orElseThrow();
    private static final CompressedModel MODEL =
            UntrainedModel.create(
                    Architectures.create("resnet20", new FeatureShape(3, 32, 32), 10),
                    Variant.of("PS1_P9"),
                    7);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void anyNumberOfThreadsGivesTheSameBits(int batch) {
        float[] input = images(batch);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            float[] expected = logits(JvmEngines.create(FORM, executor, 1), input, batch);

            assertThat(logits(JvmEngines.create(FORM, executor, 2), input, batch))
                    .isEqualTo(expected);
            assertThat(logits(JvmEngines.create(FORM, executor, 3), input, batch))
                    .isEqualTo(expected);
        } finally {
            executor.shutdownNow();
        }
    }

    private static float[] logits(InferenceEngine engine, float[] input, int batch) {
        float[] logits = new float[batch * 10];
        try (Classifier classifier = engine.load(MODEL).newClassifier(batch)) {
            classifier.classify(input, batch, logits);
        }
        return logits;
    }

    private static float[] images(int batch) {
        Random random = new Random(3);
        float[] values = new float[batch * 3 * 32 * 32];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }
}
