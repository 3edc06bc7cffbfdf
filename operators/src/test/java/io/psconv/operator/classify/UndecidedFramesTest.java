package io.psconv.operator.classify;

import static io.psconv.operator.classify.SampleFrames.frame;
import static io.psconv.operator.classify.SampleStore.decision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.RejectionReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames ahead of what is decided. */
class UndecidedFramesTest {
    private static final String DENSE = "resnet20";
    private static final String SPARSE = "resnet20-ps4_p4";

    private SampleStore store;

    @BeforeEach
    void publish(@TempDir Path folder) throws Exception {
        store = new SampleStore(folder);
    }

    @Test
    void waitUntilEverythingIsDecidedUpToTheirTime() throws Exception {
        try (OperatorRun operator = OperatorRun.startUndecided(eachFrameAtOnce().make(), null)) {
            operator.decisionsWatermark(500);
            operator.frames(frame(1, 500), frame(2, 501), frame(3, 1_000));
            operator.watermark(1_000);
            assertThat(operator.output()).containsExactly("frames-0@1", "watermark 500");

            operator.decision(decision("swap", store.dense(), 1_000));
            operator.decisionsWatermark(999);
            assertThat(operator.output())
                    .containsExactly("frames-0@1", "watermark 500", "frames-0@2", "watermark 999");
            operator.decisionsWatermark(1_000);
            assertThat(operator.output()).endsWith("frames-0@3", "watermark 1000");
            assertThat(operator.models()).containsExactly(SPARSE, SPARSE, DENSE);
        }
    }

    @Test
    void areRestored() throws Exception {
        OperatorSubtaskState state;
        try (OperatorRun operator = OperatorRun.startUndecided(eachFrameAtOnce().make(), null)) {
            operator.frames(frame(1, 999), frame(2, 1_000));
            state = operator.snapshot();
            assertThat(operator.output()).isEmpty();
        }
        try (OperatorRun restored = OperatorRun.startUndecided(eachFrameAtOnce().make(), state)) {
            restored.decision(decision("swap", store.dense(), 1_000));
            restored.frame(frame(3, 1_000));
            restored.decisionsWatermark(1_000);

            assertThat(restored.output()).containsExactly("frames-0@1", "frames-0@2", "frames-0@3");
            assertThat(restored.models()).containsExactly(SPARSE, DENSE, DENSE);
        }
    }

    @Test
    void comeOutAtTheEnd() throws Exception {
        try (OperatorRun operator = OperatorRun.startUndecided(eachFrameAtOnce().make(), null)) {
            operator.frame(frame(1, 1_000));
            operator.watermark(Long.MAX_VALUE);
            assertThat(operator.output()).containsExactly("watermark 999");

            operator.finish();
            assertThat(operator.output())
                    .containsExactly("watermark 999", "frames-0@1", "watermark " + Long.MAX_VALUE);
        }
    }

    @Test
    void keepTheirSubtaskFromGoingIdle() throws Exception {
        try (OperatorRun operator = OperatorRun.startUndecided(eachFrameAtOnce().make(), null)) {
            operator.frame(frame(1, 1_000));
            operator.status(WatermarkStatus.IDLE);
            assertThat(operator.output()).isEmpty();

            operator.decisionsWatermark(1_000);
            assertThat(operator.output()).containsExactly("frames-0@1", "idle");
        }
    }

    @Test
    void ofAFastClockAreRejectedBeforeTheyFillTheBuffer() throws Exception {
        long halfOfBuffer = 4_000;
        SampleSettings small = eachFrameAtOnce().maxBufferBytes(49_152);
        try (OperatorRun operator = OperatorRun.startUndecided(small.make(), null)) {
            for (int offset = 0; offset < 10; offset++) {
                operator.frame(
                        SampleFrames.frame("fast", offset, 60_000, new byte[(int) halfOfBuffer]));
            }

            assertThat(operator.rejected()).hasSize(5);
            assertThat(operator.rejected().get(0).reason()).isEqualTo(RejectionReason.CLOCK_AHEAD);
            assertThat(operator.rejected().get(0).message())
                    .contains("half of classify.buffer.max-bytes");
        }
    }

    @Test
    void areNotOvertakenByARejectedFrameOfTheirCamera() throws Exception {
        SampleSettings strict = eachFrameAtOnce().maxClockAhead(Duration.ofSeconds(2));
        try (OperatorRun operator = OperatorRun.startUndecided(strict.make(), null)) {
            operator.frame(SampleFrames.frame("gate", 1, 1_000, new byte[] {1}));
            operator.frame(frame(2, 60_000));
            operator.frame(SampleFrames.frame("other", 3, 60_000, SampleFrames.png(3)));
            assertThat(operator.rejected())
                    .extracting(rejected -> rejected.frame().offset())
                    .containsExactly(3L);

            operator.decisionsWatermark(1_000);
            assertThat(operator.rejected())
                    .extracting(rejected -> rejected.frame().offset())
                    .containsExactly(3L, 1L, 2L);
            assertThat(operator.rejected().get(2).reason()).isEqualTo(RejectionReason.CLOCK_AHEAD);
        }
    }

    @Test
    void failTheJobRatherThanFillTheMemory() throws Exception {
        SampleSettings small = eachFrameAtOnce().maxBufferBytes(49_152);
        try (OperatorRun operator = OperatorRun.startUndecided(small.make(), null)) {
            operator.time(1_000);
            operator.frame(SampleFrames.frame("gate", 1, 900, new byte[90_000]));
            assertThatThrownBy(
                            () ->
                                    operator.frame(
                                            SampleFrames.frame("gate", 2, 900, new byte[10_000])))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("see why the topic decisions.topic gets no ticks");
        }
    }

    /** Whatever the order of decisions, their watermarks and frames: the models are the same. */
    @Test
    void areClassifiedAlikeHoweverTheInputsInterleave() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> expected = null;
        List<List<ClassScore>> scores = null;
        for (int run = 0; run < 4; run++) {
            try (OperatorRun operator = OperatorRun.startUndecided(settings().make(), null)) {
                interleave(operator, random);
                operator.finish();
                List<String> models = operator.models();
                List<List<ClassScore>> top =
                        operator.classifications().stream().map(Classification::top).toList();
                if (expected == null) {
                    expected = models;
                    scores = top;
                }
                assertThat(models).as("seed %d", seed).isEqualTo(expected);
                assertThat(top).as("seed %d", seed).isEqualTo(scores);
            }
        }
        assertThat(expected).contains(SPARSE, DENSE);
    }

    /** Swaps at 10, 20, 30 …, each decided by the time that the watermark says so. */
    private void interleave(OperatorRun operator, Random random) throws Exception {
        int decided = 0;
        int frame = 0;
        while (frame < 60 || decided < 60) {
            if (frame < 60 && (decided == 60 || random.nextBoolean())) {
                operator.frame(frame(frame, frame));
                frame++;
            } else {
                int upTo = Math.min(60, decided + 1 + random.nextInt(15));
                for (int time = decided / 10 * 10 + 10; time <= upTo; time += 10) {
                    operator.decision(
                            decision(
                                    "model-control-0@" + time,
                                    time % 20 == 0 ? store.sparse() : store.dense(),
                                    time));
                }
                operator.decisionsWatermark(upTo);
                decided = upTo;
            }
        }
    }

    @Test
    void areCutAsDecidedForTheirCamera() throws Exception {
        try (OperatorRun operator = OperatorRun.startUndecided(eachFrameAtOnce().make(), null)) {
            operator.decision(new CropDecision("c-0@1", "gate", new Crop(0, 0, 16, 16), 1_000));
            operator.decision(new CropDecision("c-0@2", "gate", null, 2_000));
            operator.decisionsWatermark(5_000);
            byte[] picture = SampleFrames.png(3);
            operator.frames(
                    SampleFrames.frame("gate", 1, 999, picture),
                    SampleFrames.frame("gate", 2, 1_000, picture),
                    SampleFrames.frame("yard", 3, 1_000, picture),
                    SampleFrames.frame("gate", 4, 2_000, picture));

            List<Long> hashes = new ArrayList<>();
            operator.classifications().forEach(answer -> hashes.add(answer.imageHash()));
            assertThat(hashes.get(1)).isNotEqualTo(hashes.get(0));
            assertThat(hashes.get(2)).isEqualTo(hashes.get(0));
            assertThat(hashes.get(3)).isEqualTo(hashes.get(0));
        }
    }

    private SampleSettings settings() {
        return new SampleSettings(store.root(), store.sparse()).maxBatchDelay(Duration.ZERO);
    }

    private SampleSettings eachFrameAtOnce() {
        return settings().maxBatchSize(1);
    }
}
