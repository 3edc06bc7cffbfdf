package io.psconv.operator.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.TensorBatch;
import io.psconv.operator.state.RecordTypes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // Flink's own harness declares close() to throw any exception.
class ScoreFunctionTest {
    private static final CompressedModel MODEL =
            UntrainedModel.create(
                    Architectures.create("ffnn", new FeatureShape(1, 28, 28), 10),
                    Variant.DENSE,
                    7);
    private static final int LENGTH = 784;

    private Path folder = Path.of("");

    @BeforeEach
    void makeStore(@TempDir Path directory) {
        folder = directory;
    }

    @Test
    void scoresEveryInputOfARecord() throws Exception {
        float[] values = values(3);
        float[] expected = new float[30];
        try (LoadedModel loaded =
                        new JvmEngine(ConvolutionForms.vector().orElseThrow()).load(MODEL);
                Classifier classifier = loaded.newClassifier(3)) {
            classifier.classify(values, 3, expected);
        }
        try (OneInputStreamOperatorTestHarness<TensorBatch, TensorBatch> harness = harness(3)) {
            harness.processElement(new StreamRecord<>(new TensorBatch(17, 3, values)));

            TensorBatch scored = harness.extractOutputValues().get(0);
            assertThat(scored.createdMillis()).isEqualTo(17);
            assertThat(scored.values()).isSameAs(values);
            assertThat(scored.scores()).isEqualTo(expected);
        }
    }

    @Test
    void refusesRecordsThatTheModelDoesNotTake() throws Exception {
        try (OneInputStreamOperatorTestHarness<TensorBatch, TensorBatch> harness = harness(2)) {
            assertThatThrownBy(
                            () ->
                                    harness.processElement(
                                            new StreamRecord<>(new TensorBatch(0, 3, values(3)))))
                    .hasMessage(
                            "a record had 3 inputs of 784 values but model tensors@1 takes up to 2"
                                    + " of 784");
            assertThatThrownBy(
                            () ->
                                    harness.processElement(
                                            new StreamRecord<>(
                                                    new TensorBatch(0, 1, new float[9]))))
                    .hasMessageContaining("1 inputs of 9 values");
        }
    }

    private OneInputStreamOperatorTestHarness<TensorBatch, TensorBatch> harness(int maxBatch)
            throws Exception {
        StoredModel stored = new ModelStore(folder).publish("tensors", MODEL);
        ScoreSettings settings =
                new ScoreSettings(
                        folder.toString(),
                        new ModelReference(stored.name(), stored.version(), stored.digest()),
                        "dense",
                        "jvm",
                        true,
                        maxBatch,
                        new NodeSettings(
                                EnergySource.NONE,
                                Duration.ofSeconds(1),
                                false,
                                "127.0.0.1",
                                null,
                                null));
        OneInputStreamOperatorTestHarness<TensorBatch, TensorBatch> harness =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamMap<>(new ScoreFunction(settings)));
        harness.setup(RecordTypes.TENSOR_BATCH.createSerializer(null));
        harness.getExecutionConfig().enableObjectReuse();
        harness.open();
        return harness;
    }

    private static float[] values(int count) {
        Random random = new Random(5);
        float[] values = new float[count * LENGTH];
        for (int index = 0; index < values.length; index++) {
            values[index] = random.nextFloat();
        }
        return values;
    }
}
