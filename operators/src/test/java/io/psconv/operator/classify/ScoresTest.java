package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.ClassScore;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoresTest {
    private static final List<String> LABELS = List.of("a", "b", "c");

    @Test
    void ordersClassesByProbability() {
        // exp(0), exp(ln 2), exp(ln 5): shares 1, 2 and 5 of 8.
        float[] logits = {9, 9, 9, 0, (float) Math.log(2), (float) Math.log(5)};

        List<ClassScore> best = Scores.best(logits, 1, LABELS, 3);

        assertThat(best).extracting(ClassScore::label).containsExactly("c", "b", "a");
        assertThat(best.get(0).probability()).isCloseTo(0.625f, within(1e-6f));
        assertThat(best.get(1).probability()).isCloseTo(0.25f, within(1e-6f));
        assertThat(best.get(2).probability()).isCloseTo(0.125f, within(1e-6f));
    }

    @Test
    void keepsTheOrderOfEqualClassesAndTheCount() {
        assertThat(Scores.best(new float[] {1, 1, 1}, 0, LABELS, 2))
                .extracting(ClassScore::label)
                .containsExactly("a", "b");
        assertThat(Scores.best(new float[] {1, 1, 1}, 0, LABELS, 9)).hasSize(3);
    }

    @Test
    void sortsManyClassesAsItFindsFew() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> labels = IntStream.range(0, 300).mapToObj(label -> "class " + label).toList();
        float[] logits = new float[2 * labels.size()];
        for (int index = 0; index < logits.length; index++) {
            // Many equal ones, zeros of both signs too.
            logits[index] = (random.nextInt(9) - 4) * (random.nextBoolean() ? 0.5f : -0.5f);
        }

        List<ClassScore> all = Scores.best(logits, 1, labels, Integer.MAX_VALUE);

        assertThat(all).as("seed %d", seed).hasSize(300);
        assertThat(all.subList(0, 16)).isEqualTo(Scores.best(logits, 1, labels, 16));
        for (int rank = 1; rank < all.size(); rank++) {
            ClassScore before = all.get(rank - 1);
            ClassScore score = all.get(rank);
            assertThat(
                            before.probability() > score.probability()
                                    || (before.probability() == score.probability()
                                            && labels.indexOf(before.label())
                                                    < labels.indexOf(score.label())))
                    .as("seed %d, rank %d", seed, rank)
                    .isTrue();
        }
    }

    @Test
    void survivesLogitsWhoseExponentialsOverflow() {
        List<ClassScore> best = Scores.best(new float[] {1000, 900, 0}, 0, LABELS, 1);

        assertThat(best.get(0)).isEqualTo(new ClassScore("a", 1f));
    }
}
