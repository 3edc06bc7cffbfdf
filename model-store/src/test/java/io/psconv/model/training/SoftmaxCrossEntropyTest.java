package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxCrossEntropyTest {
    @Test
    void isTheLogarithmOfTheClassesWhereNothingIsKnown() {
        StepResult result = new SoftmaxCrossEntropy(0.1).apply(new float[2 * 4], new int[] {0, 3});
        assertThat(result.loss()).isCloseTo(Math.log(4), within(1e-12));
        // Of equal logits the first counts as the largest.
        assertThat(result.right()).isEqualTo(1);
    }

    @Test
    void isTheSurprisePlusTheSmoothedShare() {
        // softmax(0, ln 3) = (1/4, 3/4).
        float[] logits = {0, (float) Math.log(3)};
        assertThat(new SoftmaxCrossEntropy(0).apply(logits, new int[] {1}).loss())
                .isCloseTo(-Math.log(0.75), within(1e-7));
        assertThat(new SoftmaxCrossEntropy(0.2).apply(logits, new int[] {1}).loss())
                .isCloseTo(-0.9 * Math.log(0.75) - 0.1 * Math.log(0.25), within(1e-7));
    }

    @Test
    void hasTheGradientOfItsDifferences() {
        long seed = 5;
        Random random = new Random(seed);
        float[] logits = new float[3 * 5];
        for (int index = 0; index < logits.length; index++) {
            logits[index] = (float) (3 * random.nextGaussian());
        }
        int[] labels = {4, 0, 2};
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(0.1);
        loss.apply(logits, labels);
        float[] gradient = loss.gradient().clone();
        for (int index = 0; index < logits.length; index++) {
            float[] moved = logits.clone();
            moved[index] += 0.01f;
            double above = loss.apply(moved, labels).loss();
            moved[index] = logits[index] - 0.01f;
            double below = loss.apply(moved, labels).loss();
            assertThat((double) gradient[index])
                    .as("gradient of logit %d, seed %d", index, seed)
                    .isCloseTo((above - below) / 0.02, within(1e-4));
        }
    }

    @Test
    void staysFiniteForLargeLogitsAndSaysSoOtherwise() {
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(0.1);
        assertThat(loss.apply(new float[] {3e4f, -3e4f}, new int[] {0}).loss()).isFinite();
        assertThat(loss.apply(new float[] {Float.NaN, 0}, new int[] {1}).loss()).isNaN();
    }
}
