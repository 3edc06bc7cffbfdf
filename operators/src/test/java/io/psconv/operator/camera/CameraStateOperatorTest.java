package io.psconv.operator.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.Classification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class CameraStateOperatorTest {
    private static final CameraRules RULES =
            new CameraRules(
                    new MajoritySmoothing(2, 3),
                    new PresenceRule(Duration.ofSeconds(10), Duration.ofSeconds(100)),
                    new OrderRule(Duration.ofMillis(500), 100, 5),
                    new StillnessRule(3, Duration.ZERO),
                    new ConfidenceRule(5, 0.05, 20, 50, 15));

    @Test
    void camerasAreTakenApart() throws Exception {
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            for (int frame = 0; frame < 3; frame++) {
                run.frame(frame("a", 2L * frame, 1000L * frame, "cat"));
                run.frame(frame("b", 2L * frame + 1, 1000L * frame, "dog"));
            }

            assertThat(texts(run.events()))
                    .containsExactly(
                            "a label-changed frames-0@2 1000", "b label-changed frames-0@3 1000");
        }
    }

    @Test
    void aFastClockMakesNoOtherCameraLate() throws Exception {
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            run.frame(frame("fast", 0, 3_600_000, "cat"));
            for (int frame = 1; frame < 4; frame++) {
                run.frame(frame("slow", frame, 1000L * frame, "cat"));
            }

            assertThat(texts(run.events())).containsExactly("slow label-changed frames-0@2 2000");
        }
    }

    @Test
    void silenceComesByTheMachinesClockAndGoesWithAFrame() throws Exception {
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            run.frame(frame("a", 0, 500, "cat"));
            run.frame(frame("b", 1, 500, "cat"));
            run.time(9_000);
            run.frame(frame("b", 2, 600, "cat"));
            run.time(10_000);
            assertThat(texts(run.events())).containsExactly("a camera-silent frames-0@0 10000");

            run.time(12_000);
            run.frame(frame("a", 3, 12_000, "cat"));
            run.time(18_999);
            run.time(19_000);
            run.time(21_999);
            run.time(22_000);

            assertThat(texts(run.events()))
                    .containsExactly(
                            "a camera-silent frames-0@0 10000",
                            "a camera-back frames-0@3 12000",
                            "b label-changed frames-0@2 600",
                            "b camera-silent frames-0@2 19000",
                            "a label-changed frames-0@3 12000",
                            "a camera-silent frames-0@3 22000");
        }
    }

    @Test
    void stateAndTimersOfAGoneCameraAreDropped() throws Exception {
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            run.frame(frame("a", 0, 500, "cat"));
            run.time(50_000);
            run.frame(frame("b", 1, 500, "cat"));
            assertThat(run.states()).isEqualTo(2);
            assertThat(CameraRun.meter("camera.known")).isEqualTo(2);

            run.time(99_999);
            assertThat(run.states()).isEqualTo(2);
            run.time(100_000);

            assertThat(run.states()).isEqualTo(1);
            assertThat(CameraRun.meter("camera.known")).isEqualTo(1);
            run.time(150_000);
            assertThat(run.states()).isZero();
            assertThat(run.timers()).isZero();
            assertThat(texts(run.events()))
                    .filteredOn(text -> text.contains("forgotten"))
                    .containsExactly(
                            "a camera-forgotten frames-0@0 100000",
                            "b camera-forgotten frames-0@1 150000");
        }
    }

    @Test
    void keepsOneTimerACameraHoweverManyFramesCome() throws Exception {
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            for (int frame = 0; frame < 1000; frame++) {
                run.time(7L * frame);
                run.frame(frame("a", frame, 100L * frame, "cat"));
            }

            assertThat(run.timers()).isEqualTo(2);
            assertThat(run.states()).isEqualTo(1);
        }
    }

    @Test
    void theEndOfTheInputLetsWaitingFramesGoOn() throws Exception {
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            run.frame(frame("a", 0, 100, "cat"));
            run.frame(frame("a", 1, 200, "cat"));
            assertThat(run.events()).isEmpty();

            run.end();

            assertThat(texts(run.events())).containsExactly("a label-changed frames-0@1 200");
        }
    }

    @Test
    void countsEventsAndFramesOutOfOrder() throws Exception {
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            run.frame(frame("a", 0, 1000, "cat"));
            run.frame(frame("a", 1, 900, "cat"));
            run.frame(frame("a", 2, 2000, "cat"));
            run.frame(frame("a", 3, 1000, "cat"));

            assertThat(CameraRun.meter("camera.disordered", "result", "reordered")).isEqualTo(1);
            assertThat(CameraRun.meter("camera.disordered", "result", "late")).isEqualTo(1);
            assertThat(CameraRun.meter("camera.events", "kind", "frame-late")).isEqualTo(1);
            assertThat(CameraRun.meter("camera.events", "kind", "label-changed")).isEqualTo(1);
            assertThat(CameraRun.meter("camera.events", "kind", "camera-frozen")).isZero();
        }
    }

    @Test
    void subtasksOfOneProcessCountTheirCamerasTogether() throws Exception {
        try (CameraRun first = CameraRun.start(RULES, 0)) {
            first.frame(frame("a", 0, 1000, "cat"));
            try (CameraRun second = CameraRun.start(RULES, 0)) {
                second.frame(frame("b", 0, 1000, "cat"));
                assertThat(CameraRun.meter("camera.known")).isEqualTo(2);
            }
            assertThat(CameraRun.meter("camera.known")).isEqualTo(1);
        }
    }

    /** Cut anywhere and restored on any number of subtasks, the events are those of one run. */
    @Test
    void aRestoreAtAnotherParallelismGivesTheSameEvents() throws Exception {
        long seed = System.nanoTime();
        List<Classification> frames = randomFrames(new Random(seed), 12, 1200);
        List<String> whole;
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            play(run, frames);
            run.end();
            whole = byCamera(run.events());
        }
        int cut = 200 + new Random(seed).nextInt(800);
        List<CameraEvent> parts = new ArrayList<>();
        OperatorSubtaskState checkpoint;
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            play(run, frames.subList(0, cut));
            parts.addAll(run.events());
            checkpoint = run.snapshot();
        }
        int parallelism = 3;
        for (int subtask = 0; subtask < parallelism; subtask++) {
            try (CameraRun run = CameraRun.restore(RULES, checkpoint, parallelism, subtask, 0)) {
                assertThat(CameraRun.meter("camera.known")).isEqualTo(run.states());
                int own = subtask;
                play(
                        run,
                        frames.subList(cut, frames.size()).stream()
                                .filter(frame -> subtaskOf(frame.camera(), parallelism) == own)
                                .toList());
                run.end();
                parts.addAll(run.events());
            }
        }

        assertThat(byCamera(parts)).as("seed %d, cut %d", seed, cut).isEqualTo(whole);
        assertThat(whole).hasSizeGreaterThan(100);
    }

    @Test
    void aRestoreLongAfterIsNoSilence() throws Exception {
        OperatorSubtaskState checkpoint;
        try (CameraRun run = CameraRun.start(RULES, 0)) {
            run.frame(frame("a", 0, 1000, "cat"));
            run.frame(frame("a", 1, 1100, "cat"));
            checkpoint = run.snapshot();
        }
        try (CameraRun run = CameraRun.restore(RULES, checkpoint, 1, 0, 86_400_000)) {
            run.time(86_400_001);
            run.time(86_409_999);
            assertThat(run.events()).isEmpty();
            run.time(86_410_000);

            assertThat(run.events())
                    .extracting(CameraEvent::kind)
                    .containsExactly(CameraEventKind.LABEL_CHANGED, CameraEventKind.CAMERA_SILENT);
        }
    }

    private static void play(CameraRun run, List<Classification> frames) throws Exception {
        for (Classification frame : frames) {
            run.frame(frame);
        }
    }

    private static int subtaskOf(String camera, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                camera, CameraRun.MAX_PARALLELISM, parallelism);
    }

    private static List<Classification> randomFrames(Random random, int cameras, int count) {
        List<Classification> frames = new ArrayList<>();
        String[] labels = new String[cameras];
        for (int offset = 0; offset < count; offset++) {
            int camera = random.nextInt(cameras);
            if (labels[camera] == null || random.nextInt(6) == 0) {
                labels[camera] = "" + (char) ('p' + random.nextInt(3));
            }
            long behind = random.nextInt(5) == 0 ? random.nextInt(1500) : 0;
            frames.add(
                    Observations.classification(
                            "camera-" + camera,
                            offset,
                            1_000_000L * camera + 20L * offset - behind,
                            labels[camera],
                            1 + random.nextInt(2)));
        }
        return frames;
    }

    private static Classification frame(String camera, long offset, long time, String label) {
        return Observations.classification(camera, offset, time, label, 0);
    }

    /** Each camera's in the order in which they came. */
    private static List<String> byCamera(List<CameraEvent> events) {
        return events.stream()
                .sorted(Comparator.comparing(CameraEvent::camera))
                .map(CameraEvent::toString)
                .collect(Collectors.toList());
    }

    private static List<String> texts(List<CameraEvent> events) {
        return events.stream()
                .map(
                        event ->
                                event.camera()
                                        + " "
                                        + event.kind()
                                        + " "
                                        + event.frame()
                                        + " "
                                        + event.timestampMillis())
                .toList();
    }
}
