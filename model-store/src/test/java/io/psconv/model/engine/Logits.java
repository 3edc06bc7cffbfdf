package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** Runs classifiers in tests and compares what they make. */
final class Logits {
    private Logits() {}

    /** The logits of the first {@code batch} images, from a classifier made for them. */
    static float[] of(LoadedModel loaded, float[] images, int batch, int maxBatch) {
        try (Classifier classifier = loaded.newClassifier(maxBatch)) {
            return of(classifier, loaded.model().network().classes(), images, batch);
        }
    }

    static float[] of(Classifier classifier, int classes, float[] images, int batch) {
        float[] logits = new float[batch * classes];
        classifier.classify(images, batch, logits);
        return logits;
    }

    /** Equal in every bit; names the first logit that differs, not all of them. */
    static void assertSameBits(float[] actual, float[] expected, String what) {
        assertThat(actual.length).as("logits of %s", what).isEqualTo(expected.length);
        int first = Arrays.mismatch(actual, expected);
        if (first >= 0) {
            assertThat(actual[first]).as("logit %d of %s", first, what).isEqualTo(expected[first]);
        }
    }
}
