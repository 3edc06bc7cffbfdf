package io.psconv.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectionReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four frames of two cameras, one of them bad, and what can go wrong with their answers. */
class OracleTest {
    private static final ServedModel FIRST = new ServedModel("first", 1, "aa");
    private static final ServedModel SECOND = new ServedModel("second", 1, "bb");

    /** Event time from which the second model has to serve. */
    private static final long SWAP = 1_300;

    private final List<SentFrame> sent = new ArrayList<>();
    private final Map<FrameId, Integer> places = new HashMap<>();
    private final List<Answer> answers = new ArrayList<>();

    @BeforeEach
    void everythingWell() {
        sent.add(new SentFrame(0, "left", 1_000, 5, null));
        sent.add(new SentFrame(1, "right", 1_100, 5, null));
        sent.add(new SentFrame(2, "left", 1_200, 6, RejectionReason.EMPTY));
        sent.add(new SentFrame(3, "left", 1_300, 5, null));
        places.put(place(0, 0), 0);
        places.put(place(1, 0), 1);
        places.put(place(0, 1), 2);
        places.put(place(0, 2), 3);
        answers.add(classified(0, place(0, 0), "left", 1_000, FIRST, "cat"));
        answers.add(classified(1, place(1, 0), "right", 1_100, FIRST, "cat"));
        answers.add(rejected(0, place(0, 1), "left", 1_200, RejectionReason.EMPTY));
        answers.add(classified(0, place(0, 2), "left", 1_300, SECOND, "dog"));
    }

    @Test
    void findsNothingWhereNothingIsWrong() {
        assertThat(judge()).isEqualTo(new Verdict(4, 4, 0, 0, 0, 0, 0, List.of()));
    }

    @Test
    void findsAFrameWithoutAnswer() {
        answers.remove(3);

        assertThat(judge())
                .isEqualTo(
                        new Verdict(
                                4,
                                3,
                                1,
                                0,
                                0,
                                0,
                                0,
                                List.of("frames-0@2, frame 3, has no answer")));
    }

    @Test
    void findsAFrameThatKafkaLost() {
        places.remove(place(0, 2));
        answers.remove(3);

        assertThat(judge())
                .isEqualTo(
                        new Verdict(
                                4,
                                3,
                                1,
                                0,
                                0,
                                0,
                                0,
                                List.of("frame 3 was acknowledged but is not in the topic")));
    }

    @Test
    void findsASecondAnswer() {
        answers.add(answers.get(1));

        assertThat(judge().duplicated()).isEqualTo(1);
        assertThat(judge().outOfOrder()).isZero();
    }

    @Test
    void findsAFrameThatKafkaDoubled() {
        places.put(place(0, 3), 3);
        answers.add(classified(0, place(0, 3), "left", 1_300, SECOND, "dog"));

        assertThat(judge().duplicated()).isEqualTo(1);
        assertThat(judge().findings()).singleElement().asString().startsWith("frame 3 is in");
    }

    @Test
    void findsAGoodFrameThatWasRejected() {
        answers.set(1, rejected(0, place(1, 0), "right", 1_100, RejectionReason.CORRUPT_IMAGE));

        assertThat(judge()).isEqualTo(misrouted("frames-1@0 was null but got CORRUPT_IMAGE"));
    }

    @Test
    void findsABadFrameThatWasClassified() {
        answers.set(2, classified(0, place(0, 1), "left", 1_200, FIRST, "cat"));

        assertThat(judge()).isEqualTo(misrouted("frames-0@1 was EMPTY but got null"));
    }

    @Test
    void findsAWrongReason() {
        answers.set(2, rejected(0, place(0, 1), "left", 1_200, RejectionReason.CLOCK_AHEAD));

        assertThat(judge()).isEqualTo(misrouted("frames-0@1 was EMPTY but got CLOCK_AHEAD"));
    }

    @Test
    void findsAnAnswerUnderAnotherCamera() {
        answers.set(1, classified(1, place(1, 0), "middle", 1_100, FIRST, "cat"));

        assertThat(judge()).isEqualTo(misrouted("frames-1@0 came back as of middle"));
    }

    @Test
    void findsAnAnswerThatIsAnotherFrames() {
        answers.set(1, classified(1, place(1, 0), "right", 1_100, FIRST, "dog"));

        assertThat(judge().misrouted()).isEqualTo(1);
        assertThat(judge().findings())
                .singleElement()
                .asString()
                .contains("its picture had [ClassScore[label=cat, probability=0.75]] before");
    }

    @Test
    void findsAnAnswerToNoFrame() {
        answers.add(classified(1, place(1, 7), "right", 1_900, FIRST, "cat"));

        assertThat(judge()).isEqualTo(misrouted("frames-1@7 is answered but was not produced"));
    }

    @Test
    void findsAnAnswerBehindALaterOne() {
        answers.add(0, answers.remove(3));

        assertThat(judge().outOfOrder()).isEqualTo(1);
        assertThat(judge().findings())
                .containsExactly("frames-0@0 of left classified stands behind offset 2");
    }

    @Test
    void findsACameraInTwoPartitions() {
        answers.set(3, classified(1, place(0, 2), "left", 1_300, SECOND, "dog"));

        assertThat(judge().outOfOrder()).isEqualTo(1);
    }

    @Test
    void letsRejectionsOvertakeClassifications() {
        answers.add(0, answers.remove(2));

        assertThat(judge().isClean()).isTrue();
    }

    @Test
    void findsTheModelThatServedTooLong() {
        answers.set(3, classified(0, place(0, 2), "left", 1_300, FIRST, "cat"));

        assertThat(judge())
                .isEqualTo(
                        new Verdict(
                                4,
                                4,
                                0,
                                0,
                                0,
                                0,
                                1,
                                List.of(
                                        "frames-0@2 of 1300 was classified by first@1 but second@1"
                                                + " had to")));
    }

    @Test
    void findsTheSameNameWithAnotherFile() {
        answers.set(
                3,
                classified(
                        0, place(0, 2), "left", 1_300, new ServedModel("second", 1, "cc"), "dog"));

        assertThat(judge().wrongVersion()).isEqualTo(1);
    }

    @Test
    void doesNotMissWhatWasNeverAcknowledged() {
        sent.remove(3);
        answers.remove(3);

        assertThat(judge()).isEqualTo(new Verdict(3, 3, 0, 0, 0, 0, 0, List.of()));
    }

    private Verdict judge() {
        ModelTimeline models = new ModelTimeline(FIRST);
        models.add(SWAP, SECOND);
        return Oracle.judge(sent, places, answers, models);
    }

    private static Verdict misrouted(String finding) {
        return new Verdict(4, 4, 0, 0, 1, 0, 0, List.of(finding));
    }

    private static FrameId place(int partition, long offset) {
        return new FrameId("frames", partition, offset);
    }

    private static Answer classified(
            int partition,
            FrameId frame,
            String camera,
            long timestamp,
            ServedModel model,
            String label) {
        return answer(
                partition,
                frame,
                camera,
                timestamp,
                null,
                model,
                List.of(new ClassScore(label, 0.75f)));
    }

    private static Answer rejected(
            int partition, FrameId frame, String camera, long timestamp, RejectionReason reason) {
        return answer(partition, frame, camera, timestamp, reason, null, List.of());
    }

    private static Answer answer(
            int partition,
            FrameId frame,
            String camera,
            long timestamp,
            @Nullable RejectionReason reason,
            @Nullable ServedModel model,
            List<ClassScore> top) {
        return new Answer(partition, frame, camera, timestamp, reason, model, top);
    }
}
