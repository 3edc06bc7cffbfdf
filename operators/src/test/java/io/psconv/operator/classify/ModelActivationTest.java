package io.psconv.operator.classify;

import static io.psconv.operator.classify.SampleFrames.frame;
import static io.psconv.operator.classify.SampleStore.decision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.GoldenVectors;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.node.JobIdentity;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which model the operator answers with, across swaps, failures and restores. */
class ModelActivationTest {
    private static final String DENSE = "resnet20";
    private static final String SPARSE = "resnet20-ps4_p4";

    private SampleStore store;

    @BeforeEach
    void publish(@TempDir Path folder) throws Exception {
        store = new SampleStore(folder);
    }

    /** A runtime that somebody forgot to leave would go on with its own settings. */
    @AfterEach
    void leavesNothingBehind() throws IOException {
        NodeSettings others =
                new NodeSettings(
                        EnergySource.NONE, Duration.ofSeconds(1), false, "127.0.0.1", null, null);
        try (NodeRuntime.Lease fresh = NodeRuntime.acquire(others, new JobIdentity("job", "job"))) {
            assertThat(fresh.energy(new ModelledEnergy(1, 1, 1)).source())
                    .as("the energy source of a new runtime")
                    .isNotEqualTo(ModelledEnergy.SOURCE);
            assertThat(fresh.models().size()).isZero();
        }
    }

    @Test
    void swapsModelsByEventTimeWhateverTheOrderOfArrival() throws Exception {
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.decision(decision("swap", store.dense(), 1_000));
            operator.frames(frame(1, 999), frame(2, 1_000), frame(3, 998), frame(4, 1_001));

            assertThat(operator.models()).containsExactly(SPARSE, DENSE, SPARSE, DENSE);
            assertThat(operator.output())
                    .containsExactly("frames-0@1", "frames-0@2", "frames-0@3", "frames-0@4");
        }
    }

    @Test
    void fillsTheBatchesOfBothModelsAndKeepsTheOrder() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.decision(decision("swap", store.dense(), 1_000));
            operator.frames(frame(1, 997), frame(2, 1_000), frame(3, 998), frame(4, 1_001));
            assertThat(operator.output()).isEmpty();

            operator.barrier();
            assertThat(operator.models()).containsExactly(SPARSE, DENSE, SPARSE, DENSE);
            assertThat(operator.output())
                    .containsExactly("frames-0@1", "frames-0@2", "frames-0@3", "frames-0@4");
            assertThat(operator.classifications())
                    .extracting(answer -> answer.timing().batchSize())
                    .containsOnly(2);
        }
    }

    @Test
    void doesNotCountTheOldModelsBatchAsTimeOfTheNewModelsFrame() throws Exception {
        int batch = 128;
        try (OperatorRun operator = OperatorRun.start(settings().maxBatchSize(batch).make())) {
            operator.decision(decision("swap", store.dense(), 1_000));
            for (int offset = 0; offset < batch - 1; offset++) {
                operator.frame(frame(offset, 500));
            }
            operator.frame(frame(batch, 1_000));
            operator.barrier();

            long oldBatchNanos = operator.classifications().get(0).timing().inferenceNanos();
            Classification swapped = operator.classifications().get(batch - 1);
            assertThat(swapped.model().name()).isEqualTo(DENSE);
            assertThat(swapped.timing().decodeNanos()).isLessThan(oldBatchNanos);
        }
    }

    @Test
    void namesTheVersionThatWasActivatedThoughItsFileIsAnOlderOne() throws Exception {
        StoredModel again = store.publish(SPARSE, SampleStore.model("PS4_P4"));
        assertThat(again.digest()).isEqualTo(store.sparse().digest());
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.decision(decision("swap", again, 1_000));
            operator.frames(frame(1, 999), frame(2, 1_000));

            assertThat(operator.classifications())
                    .extracting(Classification::model)
                    .extracting(ModelIdentity::version)
                    .containsExactly(1, 2);
            assertThat(OperatorRun.sharedModels()).isEqualTo(1);
        }
    }

    @Test
    void isCountedOnceThoughEverySubtaskIsTold() throws Exception {
        try (OperatorRun one = OperatorRun.start(eachFrameAtOnce().make(), 2, 0);
                OperatorRun two = OperatorRun.start(eachFrameAtOnce().make(), 2, 1)) {
            one.decision(decision("swap", store.dense(), 1_000));
            two.decision(decision("swap", store.dense(), 1_000));

            assertThat(OperatorRun.activations()).isEqualTo(1);
        }
    }

    @Test
    void isNotCountedOfTheLogsPast() throws Exception {
        try (OperatorRun operator = OperatorRun.startAt(1_000, eachFrameAtOnce().make())) {
            operator.decision(decision("before", store.dense(), 500), 999);
            assertThat(OperatorRun.activations()).isZero();

            operator.decision(decision("after", store.sparse(), 2_000), 1_000);
            operator.decision(new Refusal("model-control-0@3", "none"), 1_001);
            assertThat(OperatorRun.activations()).isEqualTo(1);
            assertThat(OperatorRun.requests("accepted")).isEqualTo(1);
            assertThat(OperatorRun.requests("refused")).isEqualTo(1);
        }
    }

    @Test
    void failsWhenADecisionNamesAMissingModel() throws Exception {
        StoredModel missing =
                new StoredModel(DENSE, 9, store.dense().path(), store.dense().digest());

        failsOn(decision("swap", missing, 1_000), "model resnet20@9 cannot be read: there is no");
    }

    @Test
    void failsWhenADecisionNamesAnotherDigest() throws Exception {
        failsOn(
                ModelDecision.of("swap", new ModelReference(DENSE, 1, "0f".repeat(32)), 1_000),
                "model resnet20@1 cannot be read: digest of model");
    }

    @Test
    void failsWhenADecisionNamesATruncatedFile() throws Exception {
        truncate(store.dense().path());

        failsOn(
                decision("swap", store.dense(), 1_000),
                "model resnet20@1 cannot be read: digest of model");
    }

    @Test
    void failsWhenAModelFailsItsGoldenVectors() throws Exception {
        failsOn(
                decision("swap", store.publish("wrong", withWrongGoldenVectors()), 1_000),
                "model wrong@1 cannot be read: ");
    }

    @Test
    void releasesASupersededModelThatIsIdle() throws Exception {
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.decision(decision("swap", store.dense(), 1_000));
            operator.frames(frame(1, 900), frame(2, 1_000));
            operator.watermark(999);
            assertThat(OperatorRun.sharedModels()).isEqualTo(2);

            operator.time(30_000);
            operator.watermark(1_000);
            assertThat(OperatorRun.sharedModels()).isEqualTo(2);
            operator.time(30_001);
            operator.watermark(1_001);
            assertThat(OperatorRun.sharedModels()).isEqualTo(1);

            operator.frames(frame(3, 901), frame(4, 1_002));
            assertThat(operator.models()).containsExactly(SPARSE, DENSE, SPARSE, DENSE);
        }
    }

    @Test
    void forgetsASupersededDecisionAnHourBehindTheWatermark() throws Exception {
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.decision(decision("swap", store.dense(), 1_000));
            operator.watermark(3_600_999);
            operator.frame(frame(1, 999));
            operator.watermark(3_601_000);
            operator.frame(frame(2, 999));

            assertThat(operator.models()).containsExactly(SPARSE, DENSE);
        }
    }

    @Test
    void fiftySwapsLeaveOneModel() throws Exception {
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            for (int swap = 1; swap <= 50; swap++) {
                StoredModel next = swap % 2 == 0 ? store.sparse() : store.dense();
                operator.decision(decision("model-control-0@" + swap, next, swap * 100L));
                operator.frame(frame(swap, swap * 100L));
                operator.time(swap * 31_000L);
                operator.watermark(swap * 100L + 1);
                assertThat(OperatorRun.sharedModels()).isLessThanOrEqualTo(2);
            }
            operator.time(51 * 31_000L);
            operator.watermark(6_000);

            assertThat(OperatorRun.sharedModels()).isEqualTo(1);
            assertThat(operator.models()).startsWith(DENSE, SPARSE, DENSE).hasSize(50);
        }
    }

    @Test
    void restoresTheDecisions() throws Exception {
        OperatorSubtaskState state = stateAfterSwapAt(1_000);
        try (OperatorRun restored = OperatorRun.start(eachFrameAtOnce().make(), state, 1, 0)) {
            restored.frames(frame(1, 999), frame(2, 1_000));

            assertThat(restored.models()).containsExactly(SPARSE, DENSE);
        }
    }

    @Test
    void restoresTheDecisionsInEverySubtaskOfALargerJob() throws Exception {
        OperatorSubtaskState state = stateAfterSwapAt(1_000);
        for (int subtask = 0; subtask < 2; subtask++) {
            try (OperatorRun restored =
                    OperatorRun.start(
                            eachFrameAtOnce().make(),
                            OperatorRun.repartitioned(state, 1, 2, subtask),
                            2,
                            subtask)) {
                restored.frames(frame(1, 999), frame(2, 1_000));

                assertThat(restored.models()).containsExactly(SPARSE, DENSE);
            }
        }
    }

    @Test
    void restoresWhatTheSubtaskFurthestBehindStillNeeds() throws Exception {
        OperatorSubtaskState state;
        try (OperatorRun ahead = OperatorRun.start(eachFrameAtOnce().make(), 2, 0);
                OperatorRun behind = OperatorRun.start(eachFrameAtOnce().make(), 2, 1)) {
            for (OperatorRun subtask : new OperatorRun[] {ahead, behind}) {
                subtask.decision(decision("overtaken", store.sparse(), 1_000));
                subtask.decision(decision("swap", store.dense(), 1_000));
            }
            ahead.watermark(2_000);
            behind.watermark(500);
            state =
                    AbstractStreamOperatorTestHarness.repackageState(
                            ahead.snapshot(), behind.snapshot());
        }
        for (int subtask = 0; subtask < 2; subtask++) {
            try (OperatorRun restored =
                    OperatorRun.start(
                            eachFrameAtOnce().make(),
                            OperatorRun.repartitioned(state, 2, 2, subtask),
                            2,
                            subtask)) {
                restored.frames(frame(1, 600), frame(2, 1_000));

                assertThat(restored.models()).containsExactly(SPARSE, DENSE);
            }
        }
    }

    @Test
    void goesOnWithRestoredModelsThoughTheOptionNamesAnother() throws Exception {
        StoredModel third = store.publish("resnet20-ps2_p6", SampleStore.model("PS2_P6"));
        OperatorSubtaskState state = stateAfterSwapAt(1_000);
        SampleSettings changed = new SampleSettings(store.root(), third).maxBatchSize(1);
        try (OperatorRun restored = OperatorRun.start(changed.make(), state, 1, 0)) {
            restored.frames(frame(1, 999), frame(2, 1_000));

            assertThat(restored.models()).containsExactly(SPARSE, DENSE);
        }
    }

    @Test
    void losesNoFrameAndDoublesNoneAcrossAFailure() throws Exception {
        OperatorRun failing = OperatorRun.start(settings().make());
        failing.frames(frame(1, 1_000), frame(2, 1_001));
        OperatorSubtaskState state = failing.snapshot();
        failing.frame(frame(3, 1_002));
        failing.fail();
        assertThat(failing.output()).containsExactly("frames-0@1", "frames-0@2");

        try (OperatorRun restored = OperatorRun.start(settings().make(), state, 1, 0)) {
            restored.frame(frame(3, 1_002));
            restored.finish();
            assertThat(restored.output()).containsExactly("frames-0@3");
        }
    }

    @Test
    void failsToStartWithoutItsModel() {
        StoredModel missing =
                new StoredModel(DENSE, 9, store.dense().path(), store.dense().digest());

        assertThatThrownBy(() -> start(new SampleSettings(store.root(), missing)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "model resnet20@9 cannot be read: there is no file "
                                + store.root().resolve("resnet20/9/model.safetensors")
                                + "; publish the model, or correct classify.store");
    }

    @Test
    void failsToStartWithAFileThatWasChanged() throws Exception {
        truncate(store.dense().path());

        assertThatThrownBy(() -> start(new SampleSettings(store.root(), store.dense())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("model resnet20@1 cannot be read: digest of model")
                .hasMessageContaining(store.dense().digest());
    }

    @Test
    void failsToStartWithAModelThatFailsItsGoldenVectors() throws Exception {
        StoredModel wrong = store.publish("wrong", withWrongGoldenVectors());

        assertThatThrownBy(() -> start(new SampleSettings(store.root(), wrong)))
                .hasMessageContaining("wrong@1")
                .hasMessageContaining("golden");
    }

    @Test
    void failsToStartWithABatchThatDoesNotFitItsMemory() {
        assertThatThrownBy(() -> start(settings().maxBatchSize(4).maxBufferBytes(49_151)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "classify.batch.max-size was '4', which needs 49152 bytes of decoded"
                                + " frames, but classify.buffer.max-bytes allows 49151; lower the"
                                + " one or raise the other");
    }

    @Test
    void restoresWithoutTheStoreFromASavepoint() throws Exception {
        Classification before;
        OperatorSubtaskState savepoint;
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.decision(decision("swap", store.dense(), 1_000));
            operator.frames(frame(1, 999), frame(2, 1_000));
            before = operator.classifications().get(1);
            savepoint = operator.savepoint();
        }
        removeStore();

        OperatorSubtaskState checkpoint;
        try (OperatorRun restored = OperatorRun.start(eachFrameAtOnce().make(), savepoint, 1, 0)) {
            restored.frames(frame(1, 999), frame(2, 1_000));
            assertThat(restored.models()).containsExactly(SPARSE, DENSE);
            assertThat(restored.classifications().get(1).top()).isEqualTo(before.top());
            checkpoint = restored.snapshot();
        }
        // What only the job has any more goes into its ordinary checkpoints too.
        try (OperatorRun again = OperatorRun.start(eachFrameAtOnce().make(), checkpoint, 1, 0)) {
            again.frame(frame(2, 1_000));
            assertThat(again.only().top()).isEqualTo(before.top());
        }
    }

    @Test
    void restoresWithoutTheStoreInEverySubtaskOfALargerJob() throws Exception {
        OperatorSubtaskState savepoint;
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            savepoint = operator.savepoint();
        }
        removeStore();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (OperatorRun restored =
                    OperatorRun.start(
                            eachFrameAtOnce().make(),
                            OperatorRun.repartitioned(savepoint, 1, 2, subtask),
                            2,
                            subtask)) {
                restored.frame(frame(1, 999));
                assertThat(restored.models()).containsExactly(SPARSE);
            }
        }
    }

    @Test
    void failsToRestoreACheckpointWhenTheStoreHasLostAModel() throws Exception {
        OperatorSubtaskState state = stateAfterSwapAt(1_000);
        Files.delete(store.dense().path());

        assertThatThrownBy(() -> OperatorRun.start(settings().make(), state, 1, 0))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("model resnet20@1 cannot be read: ");
    }

    @Test
    void loadsAModelOnceForAllSubtasksOfTheProcess() throws Exception {
        try (OperatorRun one = OperatorRun.start(eachFrameAtOnce().make(), 2, 0);
                OperatorRun two = OperatorRun.start(eachFrameAtOnce().make(), 2, 1)) {
            assertThat(OperatorRun.sharedModels()).isEqualTo(1);
            one.frame(frame(1, 1_000));
            two.frame(frame(1, 1_000));
            assertThat(two.only().top()).isEqualTo(one.only().top());

            one.fail();
            two.frame(frame(2, 1_001));
            assertThat(two.classifications()).hasSize(2);
        }
    }

    /** Other subtasks may have the model, so going on with the old one would be another answer. */
    private void failsOn(ModelDecision decision, String message) throws Exception {
        try (OperatorRun operator = OperatorRun.start(eachFrameAtOnce().make())) {
            operator.decision(decision);
            operator.frame(frame(1, decision.effectiveFromMillis() - 1));
            assertThat(operator.models()).containsExactly(SPARSE);

            assertThatThrownBy(() -> operator.frame(frame(2, decision.effectiveFromMillis())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(message);
            assertThatThrownBy(() -> operator.watermark(1)).hasMessageStartingWith(message);
        }
    }

    private void removeStore() throws IOException {
        FileUtils.deleteDirectory(store.root().toFile());
    }

    private OperatorSubtaskState stateAfterSwapAt(long millis) throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            operator.decision(decision("swap", store.dense(), millis));
            return operator.snapshot();
        }
    }

    private static void start(SampleSettings settings) throws Exception {
        OperatorRun.start(settings.make()).close();
    }

    private static void truncate(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }

    private static CompressedModel withWrongGoldenVectors() {
        CompressedModel model = SampleStore.model("PS4_P4");
        GoldenVectors right = GoldenCheck.compute(model, SampleFrames.pixels(1), 1);
        float[] logits = right.logits().clone();
        logits[3] += 1;
        return model.withGolden(
                new GoldenVectors(right.count(), right.input(), logits, right.tolerance()));
    }

    private SampleSettings settings() {
        return new SampleSettings(store.root(), store.sparse());
    }

    private SampleSettings eachFrameAtOnce() {
        return settings().maxBatchSize(1);
    }
}
