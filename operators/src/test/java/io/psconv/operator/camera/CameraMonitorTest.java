package io.psconv.operator.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventDetails;
import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.CameraEventDetails.Lateness;
import io.psconv.operator.record.CameraEventDetails.Silence;
import io.psconv.operator.record.CameraEventDetails.Stillness;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.CameraState;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.ModelConfidence;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CameraMonitorTest {
    private static final ConfidenceRule NO_DRIFT = new ConfidenceRule(0, 0, 1, 2, 2);

    private final List<CameraEvent> events = new ArrayList<>();
    private @Nullable CameraState state;

    @Test
    void saysTheFirstLabelAndEachChange() {
        CameraMonitor monitor = monitor(0, 0);
        String[] labels = {"cat", "cat", "dog", "dog"};
        for (int frame = 0; frame < labels.length; frame++) {
            arrive(monitor, Observations.labelled(frame, 100L * frame, labels[frame]), 0);
        }

        assertThat(events)
                .containsExactly(
                        event(
                                CameraEventKind.LABEL_CHANGED,
                                100,
                                1,
                                new LabelChange(null, "cat", 0, 2 / 3.0)),
                        event(
                                CameraEventKind.LABEL_CHANGED,
                                300,
                                3,
                                new LabelChange("cat", "dog", 200, 2 / 3.0)));
    }

    @Test
    void smoothsInOrderOfCapture() {
        CameraMonitor monitor = monitor(1000, 0);
        // As captured: dog, cat, cat. As it arrives the last two would be dog and cat.
        arrive(monitor, Observations.labelled(1, 200, "cat"), 0);
        arrive(monitor, Observations.labelled(0, 100, "dog"), 0);
        arrive(monitor, Observations.labelled(2, 300, "cat"), 0);
        assertThat(events).isEmpty();

        arrive(monitor, Observations.labelled(3, 1300, "cat"), 0);

        assertThat(events)
                .containsExactly(
                        event(
                                CameraEventKind.LABEL_CHANGED,
                                300,
                                2,
                                new LabelChange(null, "cat", 200, 2 / 3.0)));
    }

    @Test
    void aLateFrameIsReportedAndNotSmoothed() {
        CameraMonitor monitor = monitor(100, 0);
        arrive(monitor, Observations.labelled(0, 1000, "cat"), 0);
        for (int frame = 1; frame < 4; frame++) {
            arrive(monitor, Observations.labelled(frame, 800, "dog"), 0);
        }
        drain(monitor);

        assertThat(events)
                .containsExactly(
                        event(CameraEventKind.FRAME_LATE, 800, 1, new Lateness(200, 1)),
                        event(CameraEventKind.FRAME_LATE, 800, 2, new Lateness(200, 2)),
                        event(CameraEventKind.FRAME_LATE, 800, 3, new Lateness(200, 3)));
        assertThat(state().answer().votes()).hasSize(1);
    }

    @Test
    void aClockThatWasSetBackIsFollowedAfterSomeFrames() {
        CameraMonitor monitor = monitor(100, 3);
        arrive(monitor, Observations.labelled(0, 90_000, "cat"), 0);
        for (int frame = 1; frame < 6; frame++) {
            arrive(monitor, Observations.labelled(frame, 1000 + 200L * frame, "dog"), 0);
        }
        drain(monitor);

        assertThat(events)
                .containsExactly(
                        event(CameraEventKind.FRAME_LATE, 1200, 1, new Lateness(88_800, 1)),
                        event(CameraEventKind.FRAME_LATE, 1400, 2, new Lateness(88_600, 2)),
                        event(CameraEventKind.CLOCK_SET_BACK, 1600, 3, new Lateness(88_400, 3)),
                        event(
                                CameraEventKind.LABEL_CHANGED,
                                1800,
                                4,
                                new LabelChange(null, "dog", 1600, 2 / 3.0)));
    }

    @Test
    void aFrozenPictureIsReportedOnceAndItsEnd() {
        CameraMonitor monitor = monitor(0, 0);
        for (int frame = 0; frame < 6; frame++) {
            arrive(monitor, Observations.pictured(frame, 100L * frame, frame < 5 ? 7 : 8), 0);
        }

        assertThat(events)
                .filteredOn(event -> event.kind() != CameraEventKind.LABEL_CHANGED)
                .containsExactly(
                        event(CameraEventKind.CAMERA_FROZEN, 200, 2, new Stillness(7, 3, 0)),
                        event(CameraEventKind.CAMERA_MOVING, 500, 5, new Stillness(7, 5, 0)));
    }

    @Test
    void silenceLetsWaitingFramesGoOnAndIsReportedOnce() {
        CameraMonitor monitor = monitor(1000, 0);
        arrive(monitor, Observations.labelled(0, 100, "cat"), 5_000);
        arrive(monitor, Observations.labelled(1, 200, "cat"), 6_000);
        assertThat(state().presence().nextCheckMillis()).isEqualTo(15_000);

        check(monitor, 15_000, 0);
        assertThat(events).isEmpty();
        assertThat(state().presence().nextCheckMillis()).isEqualTo(16_000);
        check(monitor, 16_000, 0);
        check(monitor, 17_000, 0);

        assertThat(events)
                .containsExactly(
                        event(
                                CameraEventKind.LABEL_CHANGED,
                                200,
                                1,
                                new LabelChange(null, "cat", 100, 2 / 3.0)),
                        event(
                                CameraEventKind.CAMERA_SILENT,
                                16_000,
                                1,
                                new Silence(6_000, 10_000)));
        assertThat(state().presence().nextCheckMillis()).isEqualTo(106_000);
        assertThat(state().clock().held()).isEmpty();
    }

    @Test
    void theNextFrameBringsASilentCameraBack() {
        CameraMonitor monitor = monitor(0, 0);
        arrive(monitor, Observations.labelled(0, 100, "cat"), 5_000);
        check(monitor, 15_000, 0);
        arrive(monitor, Observations.labelled(1, 200, "cat"), 21_000);

        assertThat(events.get(1))
                .isEqualTo(
                        event(CameraEventKind.CAMERA_BACK, 21_000, 1, new Silence(5_000, 16_000)));
        assertThat(state().presence().silent()).isFalse();
        assertThat(state().presence().nextCheckMillis()).isEqualTo(31_000);
    }

    @Test
    void theTimeTheJobWasDownIsNotTheCamerasSilence() {
        CameraMonitor monitor = monitor(0, 0);
        arrive(monitor, Observations.labelled(0, 100, "cat"), 5_000);

        check(monitor, 3_600_000, 3_600_000);
        assertThat(events).isEmpty();
        assertThat(state().presence().nextCheckMillis()).isEqualTo(3_610_000);
        check(monitor, 3_610_000, 3_600_000);

        assertThat(events)
                .containsExactly(
                        event(
                                CameraEventKind.CAMERA_SILENT,
                                3_610_000,
                                0,
                                new Silence(5_000, 10_000)));
    }

    @Test
    void nothingIsKeptOfAGoneCamera() {
        CameraMonitor monitor = monitor(0, 0);
        arrive(monitor, Observations.labelled(0, 100, "cat"), 0);
        check(monitor, 10_000, 0);
        events.clear();

        check(monitor, 100_000, 0);

        assertThat(state).isNull();
        assertThat(events)
                .containsExactly(
                        event(
                                CameraEventKind.CAMERA_FORGOTTEN,
                                100_000,
                                0,
                                new Silence(0, 100_000)));
    }

    @Test
    void withoutSilenceACameraIsForgottenAllTheSame() {
        CameraMonitor monitor =
                new CameraMonitor(
                        rules(
                                new PresenceRule(Duration.ZERO, Duration.ofSeconds(100)),
                                0,
                                0,
                                NO_DRIFT));
        arrive(monitor, Observations.labelled(0, 100, "cat"), 0);
        assertThat(state().presence().nextCheckMillis()).isEqualTo(100_000);

        check(monitor, 100_000, 0);

        assertThat(state).isNull();
        assertThat(events)
                .extracting(CameraEvent::kind)
                .containsExactly(CameraEventKind.CAMERA_FORGOTTEN);
    }

    @Test
    void eachModelHasABaselineOfItsOwn() {
        // Two models by turns, one of them always less sure: no drift, until one gets worse.
        CameraMonitor monitor =
                new CameraMonitor(rules(presence(), 0, 0, new ConfidenceRule(5, 0.05, 5, 10, 5)));
        Random random = new Random(3);
        for (int frame = 0; frame < 600; frame++) {
            boolean other = frame % 2 == 1;
            double mean = other ? 0.5 : frame < 400 ? 0.9 : 0.7;
            arrive(
                    monitor,
                    by(
                            other ? 2 : 1,
                            Observations.of(
                                    frame, frame, (float) (mean + 0.02 * random.nextGaussian()))),
                    0);
        }

        assertThat(events)
                .filteredOn(event -> event.kind() != CameraEventKind.LABEL_CHANGED)
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.kind()).isEqualTo(CameraEventKind.CONFIDENCE_DRIFT);
                            assertThat(event.timestampMillis()).isBetween(400L, 460L);
                            assertThat(event.details().toString()).contains("model@1,");
                        });
        assertThat(state().confidences()).hasSize(2);
    }

    @Test
    void forgetsTheModelsThatAnsweredLongestAgo() {
        CameraMonitor monitor =
                new CameraMonitor(rules(presence(), 0, 0, new ConfidenceRule(5, 0.05, 5, 10, 5)));
        for (int version = 1; version <= 20; version++) {
            arrive(monitor, by(version, Observations.of(version, version, 0.5f)), 0);
        }

        assertThat(state().confidences())
                .hasSize(CameraMonitor.MOST_MODELS)
                .extracting(ModelConfidence::model)
                .extracting(ModelReference::version)
                .containsExactly(13, 14, 15, 16, 17, 18, 19, 20);
    }

    @Test
    void anyOrderOfArrivalWithinTheBoundGivesTheSameEvents() {
        long seed = System.nanoTime();
        List<Observation> sorted = randomFrames(new Random(seed), 1500);
        List<Observation> shuffled = new ArrayList<>(sorted);
        Map<Observation, Long> arrival = new HashMap<>();
        Random random = new Random(seed + 1);
        sorted.forEach(frame -> arrival.put(frame, frame.timestampMillis() + random.nextInt(1000)));
        shuffled.sort(Comparator.comparing(arrival::get));
        CameraMonitor monitor = monitor(1000, 5);

        assertThat(shuffled).isNotEqualTo(sorted);
        assertThat(eventsOf(monitor, shuffled, 0, 0))
                .as("seed %d", seed)
                .isEqualTo(eventsOf(monitor, sorted, 0, 0))
                .hasSizeGreaterThan(20);
    }

    /** Fast on a replay, slow while the frames came in. */
    @Test
    void theSpeedOfAReplayChangesNoEvent() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Observation> frames = randomFrames(random, 1500);
        for (int swap = 0; swap < 100; swap++) {
            int at = random.nextInt(frames.size() - 60);
            frames.add(at + 60, frames.remove(at));
        }
        CameraMonitor monitor = monitor(1000, 5);

        assertThat(eventsOf(monitor, frames, 0, 0))
                .as("seed %d", seed)
                .isEqualTo(eventsOf(monitor, frames, 123_456, 40));
        assertThat(events).extracting(CameraEvent::kind).contains(CameraEventKind.FRAME_LATE);
    }

    private List<CameraEvent> eventsOf(
            CameraMonitor monitor, List<Observation> frames, long startMillis, long millisAFrame) {
        events.clear();
        state = null;
        long now = startMillis;
        for (Observation frame : frames) {
            arrive(monitor, frame, now);
            now += millisAFrame;
        }
        drain(monitor);
        return List.copyOf(events);
    }

    private static List<Observation> randomFrames(Random random, int count) {
        List<Observation> frames = new ArrayList<>();
        String label = "cat";
        long hash = 1;
        for (int frame = 0; frame < count; frame++) {
            label = random.nextInt(8) == 0 ? "" + (char) ('a' + random.nextInt(4)) : label;
            hash = random.nextInt(4) == 0 ? 1 + random.nextInt(9) : hash;
            frames.add(
                    Observations.observation(
                            frame,
                            40L * frame,
                            label,
                            List.of(new ClassScore(label, 1)),
                            random.nextFloat(),
                            hash));
        }
        return frames;
    }

    private static Observation by(int version, Observation frame) {
        return new Observation(
                frame.frame(),
                frame.timestampMillis(),
                frame.label(),
                frame.scores(),
                frame.confidence(),
                frame.imageHash(),
                new ModelReference("model", version, "digest" + version));
    }

    private void arrive(CameraMonitor monitor, Observation frame, long nowMillis) {
        state = monitor.arrived("gate", state, frame, nowMillis, events::add);
    }

    private void check(CameraMonitor monitor, long nowMillis, long startedMillis) {
        state = monitor.checked("gate", state(), nowMillis, startedMillis, events::add);
    }

    private void drain(CameraMonitor monitor) {
        state = monitor.drained("gate", state(), events::add);
    }

    private CameraState state() {
        return Objects.requireNonNull(state);
    }

    private static CameraEvent event(
            CameraEventKind kind, long timestampMillis, long offset, CameraEventDetails details) {
        return new CameraEvent("gate", kind, timestampMillis, Observations.frame(offset), details);
    }

    private static CameraMonitor monitor(long outOfOrdernessMillis, int clockResetAfter) {
        return new CameraMonitor(
                rules(presence(), outOfOrdernessMillis, clockResetAfter, NO_DRIFT));
    }

    private static PresenceRule presence() {
        return new PresenceRule(Duration.ofSeconds(10), Duration.ofSeconds(100));
    }

    private static CameraRules rules(
            PresenceRule presence,
            long outOfOrdernessMillis,
            int clockResetAfter,
            ConfidenceRule confidence) {
        return new CameraRules(
                new MajoritySmoothing(2, 3),
                presence,
                new OrderRule(Duration.ofMillis(outOfOrdernessMillis), 1000, clockResetAfter),
                new StillnessRule(3, Duration.ofMillis(150)),
                confidence);
    }
}
