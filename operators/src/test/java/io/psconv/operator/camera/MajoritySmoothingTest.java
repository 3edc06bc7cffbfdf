package io.psconv.operator.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MajoritySmoothingTest {
    @Test
    void aSingleOtherLabelChangesNothing() {
        assertThat(answers(new MajoritySmoothing(2, 3), "cat", "cat", "dog", "cat"))
                .containsExactly(null, "cat", "cat", "cat");
    }

    @Test
    void staysWhereNoLabelHasEnoughVotes() {
        assertThat(answers(new MajoritySmoothing(2, 3), "cat", "cat", "dog", "bird", "frog", "dog"))
                .containsExactly(null, "cat", "cat", "cat", "cat", "cat");
    }

    @Test
    void saysSinceWhenAndHowManySpeakForTheNewLabel() {
        MajoritySmoothing smoothing = new MajoritySmoothing(3, 5);
        SmoothedAnswer answer = SmoothedAnswer.NONE;
        @Nullable LabelChange last = null;
        String[] labels = {"cat", "cat", "cat", "dog", "cat", "dog", "dog"};
        for (int frame = 0; frame < labels.length; frame++) {
            Observation observation = Observations.labelled(frame, 100L * frame, labels[frame]);
            SmoothedAnswer next = smoothing.next(answer, observation);
            last = smoothing.change(answer, next, observation);
            answer = next;
        }

        assertThat(last).isEqualTo(new LabelChange("cat", "dog", 300, 0.6));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "2,3", "3,4", "3,5", "5,9", "51,100"})
    void agreesWithCountingAllFramesAnew(int votes, int frames) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        MajoritySmoothing smoothing = new MajoritySmoothing(votes, frames);
        List<String> labels = new ArrayList<>();
        String label = "a";
        for (int frame = 0; frame < 2000; frame++) {
            label = random.nextInt(5) == 0 ? "" + (char) ('a' + random.nextInt(3)) : label;
            labels.add(label);
        }

        assertThat(answers(smoothing, labels.toArray(String[]::new)))
                .as("seed %d", seed)
                .isEqualTo(naive(labels, votes, frames));
    }

    @Test
    void goesOnWhereARestoredJobLooksAtFewerFrames() {
        SmoothedAnswer answer = SmoothedAnswer.NONE;
        MajoritySmoothing before = new MajoritySmoothing(3, 5);
        for (String label : List.of("cat", "cat", "cat", "dog")) {
            answer = before.next(answer, Observations.labelled(0, 0, label));
        }

        answer = new MajoritySmoothing(2, 2).next(answer, Observations.labelled(0, 0, "dog"));

        assertThat(answer.label()).isEqualTo("dog");
        assertThat(answer.votes()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,2", "2,4", "2,5", "4,3"})
    void refusesVotesThatAreNoMajority(int votes, int frames) {
        assertThatThrownBy(() -> new MajoritySmoothing(votes, frames))
                .hasMessage(
                        "camera.smoothing.votes was '"
                                + votes
                                + "' but it must be more than half of camera.smoothing.frames of "
                                + frames
                                + " and at most all");
    }

    private static List<@Nullable String> answers(MajoritySmoothing smoothing, String... labels) {
        List<@Nullable String> answers = new ArrayList<>();
        SmoothedAnswer answer = SmoothedAnswer.NONE;
        for (int frame = 0; frame < labels.length; frame++) {
            answer = smoothing.next(answer, Observations.labelled(frame, frame, labels[frame]));
            answers.add(answer.label());
        }
        return answers;
    }

    private static List<@Nullable String> naive(List<String> labels, int votes, int frames) {
        @Nullable String[] answers = new String[labels.size()];
        for (int frame = 0; frame < labels.size(); frame++) {
            answers[frame] = frame == 0 ? null : answers[frame - 1];
            List<String> window = labels.subList(Math.max(0, frame + 1 - frames), frame + 1);
            for (String label : List.of("a", "b", "c")) {
                if (window.stream().filter(label::equals).count() >= votes) {
                    answers[frame] = label;
                }
            }
        }
        return Arrays.asList(answers);
    }
}
