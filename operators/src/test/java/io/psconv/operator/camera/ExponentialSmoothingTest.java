package io.psconv.operator.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExponentialSmoothingTest {
    private static final List<String> CLASSES = List.of("cat", "dog", "bird", "frog");

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 1})
    void agreesWithTheSumOverAllFrames(double weight) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ExponentialSmoothing smoothing = new ExponentialSmoothing(weight, 0);
        double[] expected = new double[CLASSES.size()];
        SmoothedAnswer answer = SmoothedAnswer.NONE;
        for (int frame = 0; frame < 500; frame++) {
            double[] probabilities = probabilities(random);
            for (int label = 0; label < expected.length; label++) {
                expected[label] =
                        frame == 0
                                ? probabilities[label]
                                : (1 - weight) * expected[label] + weight * probabilities[label];
            }
            answer = smoothing.next(answer, frame(frame, probabilities));

            double sum = 0;
            for (ClassScore score : answer.scores()) {
                assertThat((double) score.probability())
                        .as("seed %d", seed)
                        .isCloseTo(expected[CLASSES.indexOf(score.label())], within(1e-5));
                sum += score.probability();
            }
            assertThat(answer.scores()).hasSameSizeAs(CLASSES);
            assertThat(sum).as("seed %d", seed).isCloseTo(1, within(1e-4));
            assertThat(answer.label())
                    .isEqualTo(
                            answer.scores().stream()
                                    .max(Comparator.comparingDouble(ClassScore::probability))
                                    .orElseThrow()
                                    .label());
        }
    }

    @Test
    void changesOnlyWhenTheNewClassHasOvertakenTheOld() {
        ExponentialSmoothing smoothing = new ExponentialSmoothing(0.3, 0);
        SmoothedAnswer answer = SmoothedAnswer.NONE;
        List<LabelChange> changes = new ArrayList<>();
        for (int frame = 0; frame < 10; frame++) {
            double cat = frame < 5 ? 0.9 : 0.1;
            Observation observation = frame(frame, cat, 1 - cat, 0, 0);
            SmoothedAnswer next = smoothing.next(answer, observation);
            LabelChange change = smoothing.change(answer, next, observation);
            if (change != null) {
                changes.add(change);
            }
            answer = next;
        }

        assertThat(changes).hasSize(2);
        assertThat(changes.get(0)).isEqualTo(new LabelChange(null, "cat", 0, 0.9f));
        // 0.9 falls to 0.66 with the first other frame and to 0.492 with the second.
        assertThat(changes.get(1).sinceMillis()).isEqualTo(6);
        assertThat(changes.get(1).support()).isCloseTo(0.508, within(1e-4));
    }

    @Test
    void isUnknownWhereNoClassIsLikelyEnough() {
        ExponentialSmoothing smoothing = new ExponentialSmoothing(1, 0.5);
        Observation observation = frame(0, 0.4, 0.3, 0.2, 0.1);

        SmoothedAnswer answer = smoothing.next(SmoothedAnswer.NONE, observation);

        assertThat(answer.label()).isEqualTo(Classification.UNKNOWN);
        assertThat(smoothing.change(SmoothedAnswer.NONE, answer, observation))
                .isEqualTo(new LabelChange(null, Classification.UNKNOWN, 0, 0.4f));
    }

    @Test
    void keepsTheAnswerWhenAnotherClassDrawsLevel() {
        ExponentialSmoothing smoothing = new ExponentialSmoothing(1, 0);
        SmoothedAnswer answer = smoothing.next(SmoothedAnswer.NONE, frame(0, 0.25, 0.75, 0, 0));

        answer = smoothing.next(answer, frame(1, 0.5, 0.5, 0, 0));

        assertThat(answer.label()).isEqualTo("dog");
    }

    @Test
    void forgetsTheClassesOfAModelThatAnswersNoMore() {
        ExponentialSmoothing smoothing = new ExponentialSmoothing(0.5, 0);
        SmoothedAnswer answer = smoothing.next(SmoothedAnswer.NONE, frame(0, 1, 0, 0, 0));
        List<ClassScore> others = List.of(new ClassScore("car", 0.9f), new ClassScore("bus", 0.1f));

        answer = smoothing.next(answer, Observations.scored(1, others));
        assertThat(answer.label()).isEqualTo("cat");
        for (int frame = 2; frame < 30; frame++) {
            answer = smoothing.next(answer, Observations.scored(frame, others));
        }

        assertThat(answer.label()).isEqualTo("car");
        assertThat(answer.scores()).extracting(ClassScore::label).containsExactly("car", "bus");
    }

    @Test
    void leavesOutAFrameWithoutProbabilities() {
        ExponentialSmoothing smoothing = new ExponentialSmoothing(0.5, 0);
        SmoothedAnswer answer = smoothing.next(SmoothedAnswer.NONE, frame(0, 1, 0, 0, 0));

        assertThat(smoothing.next(answer, Observations.labelled(1, 1, "dog"))).isSameAs(answer);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.01, Double.NaN})
    void refusesAWeightThatIsNone(double weight) {
        assertThatThrownBy(() -> new ExponentialSmoothing(weight, 0))
                .hasMessage(
                        "camera.smoothing.weight was '"
                                + weight
                                + "' but it must be above 0.0 and at most 1.0");
    }

    private static double[] probabilities(Random random) {
        double[] values = new double[CLASSES.size()];
        double sum = 0;
        for (int label = 0; label < values.length; label++) {
            values[label] = Math.pow(random.nextDouble(), 4);
            sum += values[label];
        }
        for (int label = 0; label < values.length; label++) {
            values[label] /= sum;
        }
        return values;
    }

    /** Best class first, as a classification has them. */
    private static Observation frame(long offset, double... probabilities) {
        List<ClassScore> scores = new ArrayList<>();
        for (int label = 0; label < probabilities.length; label++) {
            scores.add(new ClassScore(CLASSES.get(label), (float) probabilities[label]));
        }
        scores.sort(Comparator.comparingDouble(ClassScore::probability).reversed());
        return Observations.scored(offset, scores);
    }
}
