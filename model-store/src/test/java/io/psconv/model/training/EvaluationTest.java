package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private final TrainingSets sets = RegressionEngine.sets(10, 100, 7);
    private final CompressedModel model = RegressionEngine.start(sets);

    @Test
    void findsTheSameWithAnyNumberOfThreads() {
        double expected = oneByOne();
        for (int threads : new int[] {1, 2, 5}) {
            List<Integer> done = new ArrayList<>();
            try (Evaluation evaluation =
                    new Evaluation(ConvolutionForms.scalar(), sets.test(), threads)) {
                assertThat(evaluation.accuracy(model, done::add, () -> false)).hasValue(expected);
                assertThat(done).isSorted().endsWith(100);
            }
        }
    }

    @Test
    void saysNothingWhenStopped() {
        try (Evaluation evaluation = new Evaluation(ConvolutionForms.scalar(), sets.test(), 2)) {
            assertThat(evaluation.accuracy(model, done -> {}, () -> true)).isEmpty();
        }
    }

    @Test
    void endsAllThreadsWhereOneFails() {
        AtomicInteger calls = new AtomicInteger();
        try (Evaluation evaluation = new Evaluation(ConvolutionForms.scalar(), sets.test(), 3)) {
            assertThatThrownBy(
                            () ->
                                    evaluation.accuracy(
                                            model,
                                            done -> {
                                                calls.incrementAndGet();
                                                throw new IllegalStateException("no terminal");
                                            },
                                            () -> false))
                    .hasMessage("the images could not be classified")
                    .hasRootCauseMessage("no terminal");
            int atTheEnd = calls.get();
            assertThat(atTheEnd).isBetween(1, 3);
            assertThat(evaluation.accuracy(model, done -> {}, () -> false)).isPresent();
            assertThat(calls).hasValue(atTheEnd);
        }
    }

    private double oneByOne() {
        int length = sets.test().shape().length();
        float[] input = new float[length];
        float[] logits = new float[3];
        int right = 0;
        try (Classifier classifier =
                new JvmEngine(ConvolutionForms.scalar()).load(model).newClassifier(1)) {
            for (int image = 0; image < 100; image++) {
                sets.test()
                        .copyInput(
                                image,
                                sets.test().tables(model.metadata().normalisation()),
                                input,
                                0);
                classifier.classify(input, 1, logits);
                int best = logits[1] > logits[0] ? 1 : 0;
                best = logits[2] > logits[best] ? 2 : best;
                right += best == sets.test().label(image) ? 1 : 0;
            }
        }
        return right / 100.0;
    }
}
