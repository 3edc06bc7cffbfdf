package io.psconv.operator.classify;

import static io.psconv.operator.classify.SampleFrames.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.store.ModelDigest;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches, watermarks, answers and rejects; see {@link ModelActivationTest} for the models. */
class ClassifyOperatorTest {
    private static final long END = Long.MAX_VALUE;
    private static final NodeSettings WITH_WINDOWS =
            new NodeSettings(
                    EnergySource.MODELLED, Duration.ofHours(1), true, "127.0.0.1", null, null);

    private static SampleStore store;

    @BeforeAll
    static void publish(@TempDir Path folder) throws Exception {
        store = new SampleStore(folder);
    }

    @Test
    void answersWithTheClassesBestFirst() throws Exception {
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.frame(frame("dock", 3, 1_000, SampleFrames.png(3)));

            Classification answer = operator.only();
            assertThat(answer.frame()).isEqualTo(new FrameId("frames", 0, 3));
            assertThat(answer.camera()).isEqualTo("dock");
            assertThat(answer.timestampMillis()).isEqualTo(1_000);
            assertThat(answer.top())
                    .hasSize(10)
                    .isSortedAccordingTo(Comparator.comparing(ClassScore::probability).reversed());
            assertThat(answer.top().stream().mapToDouble(ClassScore::probability).sum())
                    .isCloseTo(1, within(1e-5));
            assertThat(answer.label()).isEqualTo(answer.top().get(0).label());
            assertThat(operator.records().get(0).getTimestamp()).isEqualTo(1_000);
        }
    }

    @Test
    void agreesWithTheEngineOnTheSamePixels() throws Exception {
        float[] logits = logits(SampleStore.model("PS4_P4"), 11);
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.frame(frame(11, 1_000));

            assertThat(operator.only().top())
                    .isEqualTo(Scores.best(logits, 0, labels(), logits.length));
        }
    }

    @Test
    void givesTheSameAnswersInABatchAsAlone() throws Exception {
        try (OperatorRun alone = OperatorRun.start(eachFrameAtOnce().make());
                OperatorRun together = OperatorRun.start(settings().make())) {
            for (long offset = 0; offset < 4; offset++) {
                alone.frame(frame(offset, offset));
                together.frame(frame(offset, offset));
            }

            assertThat(together.classifications())
                    .extracting(Classification::top)
                    .isEqualTo(alone.classifications().stream().map(Classification::top).toList());
        }
    }

    @Test
    void saysWhichModelAnswered() throws Exception {
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.frame(frame(1, 1_000));

            assertThat(operator.only().model())
                    .isEqualTo(
                            new ModelIdentity(
                                    "resnet20-ps4_p4",
                                    1,
                                    store.sparse().digest(),
                                    "PS4_P4",
                                    "jvm"));
        }
    }

    @Test
    void saysWhereTheTimeWent() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().maxBatchSize(2).make())) {
            operator.frames(frame(1, 1_000), frame(2, 1_001));

            FrameTiming first = operator.classifications().get(0).timing();
            FrameTiming second = operator.classifications().get(1).timing();
            assertThat(first.batchSize()).isEqualTo(2);
            assertThat(first.decodeNanos()).isPositive();
            assertThat(first.inferenceNanos()).isPositive().isEqualTo(second.inferenceNanos());
            assertThat(first.queueNanos())
                    .as("the first frame waits while the second is decoded")
                    .isGreaterThanOrEqualTo(second.decodeNanos());
        }
    }

    @Test
    void chargesTheModelledEnergy() throws Exception {
        CompressedModel model = SampleStore.model("PS4_P4");
        NetworkCost cost = NetworkCost.of(model.network(), model.variant());
        ModelledEnergy modelled =
                new ModelledEnergy(cost.parameters(), 2 * mapWords(model.network()), cost.macs());
        try (OperatorRun operator = OperatorRun.start(settings().maxBatchSize(2).make())) {
            operator.frames(frame(1, 1_000), frame(2, 1_001));

            assertThat(operator.classifications())
                    .hasSize(2)
                    .allSatisfy(
                            made -> {
                                FrameEnergy energy = Objects.requireNonNull(made.energy());
                                assertThat(energy.joules())
                                        .isCloseTo(modelled.joulesPerImage(2), within(1e-12))
                                        .isPositive();
                                assertThat(energy.source()).isEqualTo("modelled");
                                assertThat(energy.workWindow()).isEqualTo(1);
                                assertThat(energy.busyNanos()).isPositive();
                            });
        }
    }

    @Test
    void emitsAWindowOfEveryFrameBeforeABarrier() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().node(WITH_WINDOWS).make())) {
            operator.frames(frame(1, 1_000), frame(2, 1_001), frame(3, 1_002));
            operator.snapshot();

            FrameEnergy energy = Objects.requireNonNull(operator.classifications().get(0).energy());
            assertThat(operator.windows())
                    .singleElement()
                    .satisfies(window -> assertThat(window.ledger()).isEqualTo(energy.ledger()))
                    .satisfies(
                            window ->
                                    assertThat(window.attributedJoules())
                                            .isEqualTo(3 * energy.joules()))
                    .satisfies(
                            window ->
                                    assertThat(window.busyNanos())
                                            .isEqualTo(3 * energy.busyNanos()));
        }
    }

    @Test
    void emitsTheLastWindowAtTheEnd() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().node(WITH_WINDOWS).make())) {
            operator.frames(frame(1, 1_000));
            operator.finish();

            assertThat(operator.windows()).hasSize(1);
        }
    }

    @Test
    void emitsNoWindowsUnlessAsked() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.frames(frame(1, 1_000));
            operator.snapshot();
            operator.finish();

            assertThat(operator.windows()).isEmpty();
        }
    }

    @Test
    void classifiesWhenTheBatchIsFull() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().maxBatchSize(3).make())) {
            operator.frames(frame(1, 1_000), frame(2, 1_001));
            assertThat(operator.output()).isEmpty();

            operator.frames(frame(3, 1_002), frame(4, 1_003));
            assertThat(operator.output()).containsExactly("frames-0@1", "frames-0@2", "frames-0@3");
        }
    }

    @Test
    void classifiesWhenTheOldestFrameHasWaitedLongEnough() throws Exception {
        try (OperatorRun operator =
                OperatorRun.start(settings().maxBatchDelay(Duration.ofMillis(50)).make())) {
            operator.time(1_000);
            operator.frame(frame(1, 1_000));
            operator.time(1_030);
            operator.frame(frame(2, 1_001));
            operator.time(1_049);
            assertThat(operator.output()).isEmpty();

            operator.time(1_050);
            assertThat(operator.output()).containsExactly("frames-0@1", "frames-0@2");
        }
    }

    @Test
    void countsTheDelayOfEachBatchFromItsOwnFirstFrame() throws Exception {
        try (OperatorRun operator =
                OperatorRun.start(
                        settings().maxBatchSize(2).maxBatchDelay(Duration.ofMillis(50)).make())) {
            operator.time(1_000);
            operator.frames(frame(1, 1_000), frame(2, 1_001));
            operator.time(1_040);
            operator.frame(frame(3, 1_002));
            operator.time(1_060);
            assertThat(operator.output()).containsExactly("frames-0@1", "frames-0@2");

            operator.time(1_090);
            assertThat(operator.output()).containsExactly("frames-0@1", "frames-0@2", "frames-0@3");
        }
    }

    @Test
    void classifiesAtOnceWithoutDelay() throws Exception {
        try (OperatorRun operator =
                OperatorRun.start(settings().maxBatchDelay(Duration.ZERO).make())) {
            operator.frame(frame(1, 1_000));

            assertThat(operator.output()).containsExactly("frames-0@1");
            assertThat(operator.only().timing().batchSize()).isEqualTo(1);
        }
    }

    @Test
    void leavesNoFrameInFlightBehindABarrier() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.frames(frame(1, 1_000), frame(2, 1_001));
            operator.watermark(900);

            operator.barrier();
            assertThat(operator.output())
                    .containsExactly("frames-0@1", "frames-0@2", "watermark 900");

            operator.time(10_000);
            operator.finish();
            assertThat(operator.classifications()).hasSize(2);
        }
    }

    @Test
    void classifiesTheRestAtTheEnd() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            for (long offset = 0; offset < 7; offset++) {
                operator.frame(frame(offset, 1_000 + offset));
            }

            operator.finish();

            assertThat(operator.classifications())
                    .extracting(answer -> answer.frame().offset())
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        }
    }

    @Test
    void holdsTheWatermarkBehindBufferedFrames() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().maxBatchSize(2).make())) {
            operator.watermark(500);
            operator.frame(frame(1, 1_000));
            operator.watermark(800);
            operator.watermark(1_200);
            assertThat(operator.output()).containsExactly("watermark 500");

            operator.frame(frame(2, 1_300));
            assertThat(operator.output())
                    .containsExactly("watermark 500", "frames-0@1", "frames-0@2", "watermark 1200");
        }
    }

    @Test
    void classifiesTheRestBeforeTheLastWatermark() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.frame(frame(1, 1_000));
            operator.watermark(END);

            assertThat(operator.output()).containsExactly("frames-0@1", "watermark " + END);
        }
    }

    @Test
    void keepsProgressAndIdlenessOfTheDecisionsInside() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.frame(frame(1, 1_000));
            operator.decisionsWatermark(2_000);
            operator.decisionsWatermark(END);
            operator.decisionsStatus(WatermarkStatus.IDLE);
            operator.decisionsStatus(WatermarkStatus.ACTIVE);

            assertThat(operator.output()).isEmpty();
        }
    }

    @Test
    void advancesWithTheFramesWhileTheDecisionsStandStill() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.decisionsWatermark(10);
            operator.watermark(2_000);

            assertThat(operator.output()).containsExactly("watermark 2000");
        }
    }

    @Test
    void passesOnThatFramesAreIdleOnceTheRestIsClassified() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.frame(frame(1, 1_000));
            operator.watermark(900);
            operator.status(WatermarkStatus.IDLE);
            operator.status(WatermarkStatus.ACTIVE);
            operator.watermark(1_000);

            assertThat(operator.output())
                    .containsExactly(
                            "frames-0@1", "watermark 900", "idle", "active", "watermark 1000");
        }
    }

    @Test
    void keepsTheOrderOfArrivalAcrossCameras() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.frame(frame("gate", 5, 1_300, SampleFrames.png(5)));
            operator.frame(frame("dock", 2, 1_100, SampleFrames.png(2)));
            operator.frame(frame("gate", 6, 1_200, SampleFrames.png(6)));
            operator.frame(frame("yard", 1, 1_000, SampleFrames.png(1)));

            assertThat(operator.output())
                    .containsExactly("frames-0@5", "frames-0@2", "frames-0@6", "frames-0@1");
            assertThat(operator.classifications())
                    .extracting(Classification::camera)
                    .containsExactly("gate", "dock", "gate", "yard");
        }
    }

    @Test
    void rejectsWhatIsNoImageAndClassifiesTheOthers() throws Exception {
        byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
        byte[] truncated = Arrays.copyOf(SampleFrames.png(4), 60);
        try (OperatorRun operator = OperatorRun.start(settings().maxBatchSize(2).make())) {
            operator.frames(
                    frame(0, 1_000),
                    frame("gate", 1, 1_001, null),
                    frame("gate", 2, 1_002, new byte[0]),
                    frame("gate", 3, 1_003, text),
                    frame("gate", 4, 1_004, truncated),
                    frame(5, 1_005));

            assertThat(operator.rejected())
                    .extracting(RejectedFrame::reason)
                    .containsExactly(
                            RejectionReason.EMPTY,
                            RejectionReason.EMPTY,
                            RejectionReason.UNKNOWN_FORMAT,
                            RejectionReason.CORRUPT_IMAGE);
            assertThat(operator.rejected())
                    .extracting(RejectedFrame::payloadDigest)
                    .containsExactly(
                            ModelDigest.of(new byte[0]),
                            ModelDigest.of(new byte[0]),
                            ModelDigest.of(text),
                            ModelDigest.of(truncated));
            assertThat(operator.rejected())
                    .extracting(RejectedFrame::payload)
                    .containsExactly(null, new byte[0], text, truncated);
            assertThat(operator.rejectedRecords().get(2).getTimestamp()).isEqualTo(1_003);
            assertThat(operator.output()).containsExactly("frames-0@0", "frames-0@5");
            float[] logits = logits(SampleStore.model("PS4_P4"), 5);
            assertThat(operator.classifications().get(1).top())
                    .as("decoded where a rejected frame had been")
                    .isEqualTo(Scores.best(logits, 0, labels(), logits.length));
        }
    }

    @Test
    void rejectsACaptureTimeAheadOfTheClock() throws Exception {
        try (OperatorRun operator =
                OperatorRun.start(eachFrameAtOnce().maxClockAhead(Duration.ofSeconds(10)).make())) {
            operator.time(50_000);
            operator.frames(frame(1, 60_000), frame(2, 60_001), frame(3, 50_000));

            assertThat(operator.output()).containsExactly("frames-0@1", "frames-0@3");
            RejectedFrame rejected = operator.rejected().get(0);
            assertThat(rejected.reason()).isEqualTo(RejectionReason.CLOCK_AHEAD);
            assertThat(rejected.frame().offset()).isEqualTo(2);
            assertThat(rejected.payload()).isEqualTo(SampleFrames.png(2));
            assertThat(rejected.message())
                    .isEqualTo(
                            "capture time was '60001', 10001 ms ahead of the clock, but"
                                    + " classify.max-clock-ahead allows 10000 ms; set the camera's"
                                    + " clock");
        }
    }

    @Test
    void saysUnknownBelowTheConfidenceThreshold() throws Exception {
        float[] logits = logits(SampleStore.model("PS4_P4"), 1);
        float best = Scores.best(logits, 0, labels(), 1).get(0).probability();
        try (OperatorRun reached =
                        OperatorRun.start(eachFrameAtOnce().confidenceThreshold(best).make());
                OperatorRun missed =
                        OperatorRun.start(
                                eachFrameAtOnce().confidenceThreshold(Math.nextUp(best)).make())) {
            reached.frame(frame(1, 1_000));
            missed.frame(frame(1, 1_000));

            assertThat(reached.only().label()).isEqualTo(reached.only().top().get(0).label());
            assertThat(missed.only().label()).isEqualTo(Classification.UNKNOWN);
            assertThat(missed.only().top()).isEqualTo(reached.only().top());
        }
    }

    private static SampleSettings settings() {
        return new SampleSettings(store.root(), store.sparse());
    }

    private static SampleSettings eachFrameAtOnce() {
        return settings().maxBatchSize(1);
    }

    private static List<String> labels() {
        return SampleStore.model("PS4_P4").metadata().labels();
    }

    private static float[] logits(CompressedModel model, long seed) {
        float[] input = new float[model.network().input().length()];
        float[] logits = new float[model.network().classes()];
        int channelLength = SampleFrames.SIDE * SampleFrames.SIDE;
        model.metadata()
                .normalisation()
                .apply(SampleFrames.pixels(seed), 0, 1, channelLength, input);
        LoadedModel loaded = InferenceEngines.choose("jvm", "auto", false).load(model);
        try (Classifier classifier = loaded.newClassifier(1)) {
            classifier.classify(input, 1, logits);
        }
        return logits;
    }

    private static long mapWords(Network network) {
        long words = network.input().length();
        for (Layer layer : network.layers()) {
            words += network.shapes().of(layer.name()).length();
        }
        return words;
    }
}
