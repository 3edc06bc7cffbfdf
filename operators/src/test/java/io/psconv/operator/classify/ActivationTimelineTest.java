package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivationTimelineTest {
    private static final ModelDecision FIRST = decision("first", Long.MIN_VALUE);

    @Test
    void servesTheDecisionInForceAtTheEventTime() {
        ActivationTimeline timeline = new ActivationTimeline(FIRST);
        timeline.add(decision("late", 200));
        timeline.add(decision("early", 100));

        assertThat(timeline.at(99).request()).isEqualTo("first");
        assertThat(timeline.at(100).request()).isEqualTo("early");
        assertThat(timeline.at(199).request()).isEqualTo("early");
        assertThat(timeline.at(200).request()).isEqualTo("late");
    }

    @Test
    void prefersTheLaterOfTwoDecisionsForOneTime() {
        ActivationTimeline timeline = new ActivationTimeline(FIRST);
        timeline.add(decision("one", 100));
        timeline.add(decision("two", 100));

        assertThat(timeline.at(100).request()).isEqualTo("two");
    }

    @Test
    void ignoresARequestDecidedAlready() {
        ActivationTimeline timeline = new ActivationTimeline(FIRST);

        timeline.add(decision("one", 100));
        timeline.add(decision("one", 300));

        assertThat(timeline.decisions()).hasSize(2);
        assertThat(timeline.at(400).effectiveFromMillis()).isEqualTo(100);
    }

    @Test
    void forgetsWhatWasSupersededLongEnoughBeforeTheWatermark() {
        ActivationTimeline timeline = new ActivationTimeline(FIRST);
        timeline.add(decision("one", 100));
        timeline.add(decision("two", 200));

        timeline.pruneBefore(149, Duration.ofMillis(50));
        assertThat(requests(timeline)).containsExactly("first", "one", "two");

        timeline.pruneBefore(150, Duration.ofMillis(50));
        assertThat(requests(timeline)).containsExactly("one", "two");
        assertThat(timeline.at(0).request()).isEqualTo("one");
    }

    @Test
    void forgetsNothingBeforeTheFirstWatermark() {
        ActivationTimeline timeline = new ActivationTimeline(FIRST);
        timeline.add(decision("one", 100));

        timeline.pruneBefore(Long.MIN_VALUE, Duration.ofHours(1));

        assertThat(requests(timeline)).containsExactly("first", "one");
    }

    @Test
    void goesOnFromCheckpointedDecisions() {
        ActivationTimeline timeline = new ActivationTimeline(FIRST);
        timeline.add(decision("late", 200));
        timeline.add(decision("overtaken", 100));
        timeline.add(decision("swap", 100));

        ActivationTimeline restored = ActivationTimeline.of(timeline.decisions());

        assertThat(requests(restored)).containsExactly("first", "overtaken", "swap", "late");
    }

    private static List<String> requests(ActivationTimeline timeline) {
        return timeline.decisions().stream().map(ModelDecision::request).toList();
    }

    private static ModelDecision decision(String request, long effectiveFromMillis) {
        return ModelDecision.of(
                request, new ModelReference("model", 1, "digest"), effectiveFromMillis);
    }
}
