package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The engine as its callers meet it; its gradients are held to references in the tests module. */
class JvmTrainingEngineTest {
    private static final int BATCH = 32;
    private static final SgdSettings SETTINGS = new SgdSettings(0.9f, true, 5e-4f, 0);

    private static final Network NETWORK =
            new Network(
                    "by hand",
                    new FeatureShape(3, 6, 6),
                    2,
                    List.of(
                            new ConvolutionLayer(
                                    "c1",
                                    Network.INPUT,
                                    3,
                                    16,
                                    3,
                                    1,
                                    false,
                                    false,
                                    "n1",
                                    null,
                                    true),
                            new ConvolutionLayer(
                                    "c2", "c1", 16, 16, 3, 2, true, false, "n2", null, true),
                            new FullyConnectedLayer("f", "c2", 16 * 9, 2)));

    private final CompressedModel start = UntrainedModel.create(NETWORK, Variant.of("PSD1_P16"), 3);
    private final JvmTrainingEngine engine = new JvmTrainingEngine();

    @Test
    void learnsToTellBrightFromDark() {
        float[] input = new float[BATCH * NETWORK.input().length()];
        int[] labels = new int[BATCH];
        Random random = new Random(1);
        try (TrainableNetwork network =
                new TrainableNetwork(engine.open(start, BATCH, 2), SETTINGS)) {
            double first = Double.NaN;
            StepResult last = new StepResult(Double.NaN, 0);
            for (int step = 0; step < 60; step++) {
                fill(input, labels, random);
                last = network.step(input, labels, 0.05f);
                first = step == 0 ? last.loss() : first;
            }
            assertThat(last.loss()).as("loss, first %s, seed 1", first).isLessThan(first / 4);
            assertThat(last.right()).isGreaterThanOrEqualTo(BATCH - 2);
        }
    }

    @Test
    void refusesALayerThatNobodyReads() {
        List<Layer> layers = new ArrayList<>(NETWORK.layers());
        layers.add(1, new MaxPoolLayer("spare", "c1", 2, 2, 0));
        Network network = new Network("by hand", NETWORK.input(), 2, layers);
        CompressedModel model = UntrainedModel.create(network, Variant.of("PSD1_P16"), 3);

        assertThatThrownBy(() -> engine.open(model, BATCH, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layer 'spare' is read by no other, so it cannot learn");
    }

    private static void fill(float[] input, int[] labels, Random random) {
        int length = NETWORK.input().length();
        for (int image = 0; image < labels.length; image++) {
            labels[image] = random.nextInt(2);
            for (int pixel = 0; pixel < length; pixel++) {
                input[image * length + pixel] =
                        (float) random.nextGaussian() + (labels[image] == 0 ? -0.5f : 0.5f);
            }
        }
    }

    @Test
    void leavesTheModelItBeganWithAsItIs() {
        float[] before = start.tensor("c2.weight").clone();
        try (TrainableNetwork network =
                new TrainableNetwork(engine.open(start, BATCH, 1), SETTINGS)) {
            float[] input = new float[BATCH * NETWORK.input().length()];
            int[] labels = new int[BATCH];
            fill(input, labels, new Random(2));
            network.step(input, labels, 0.1f);
            assertThat(network.tensors().get("c2.weight")).isNotEqualTo(before);
        }
        assertThat(start.tensor("c2.weight")).isEqualTo(before);
    }

    @Test
    void updatesNoWeightWhereTheLossIsNoNumber() {
        try (TrainableNetwork network =
                new TrainableNetwork(engine.open(start, BATCH, 1), SETTINGS)) {
            float[] input = new float[BATCH * NETWORK.input().length()];
            input[5] = Float.NaN;
            StepResult result = network.step(input, new int[BATCH], 0.1f);
            assertThat(result.loss()).isNaN();
            assertThat(network.tensors().get("c1.weight")).isEqualTo(start.tensor("c1.weight"));
            assertThat(network.tensors().get("f.bias")).isEqualTo(start.tensor("f.bias"));
        }
    }

    @Test
    void refusesLayersThatItDoesNotTrain() {
        assertThatThrownBy(() -> open("resnet50"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "layer 'conv1' has kernels larger than 3×3, which this engine does not"
                                + " train; train with djl-pytorch");
        assertThatThrownBy(() -> open("ffnn"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layer 'input_layer' is fully connected but only the last one may be");
    }

    private void open(String architecture) {
        engine.open(
                        UntrainedModel.create(
                                Architectures.create(architecture, new FeatureShape(3, 32, 32), 2),
                                Variant.DENSE,
                                1),
                        BATCH,
                        1)
                .close();
    }

    @Test
    void restoresAllOrNothing() {
        try (TrainableNetwork network =
                new TrainableNetwork(engine.open(start, BATCH, 1), SETTINGS)) {
            Map<String, float[]> tensors = network.tensors();
            tensors.put("f.weight", new float[3]);
            tensors.replaceAll((name, values) -> name.equals("c1.weight") ? zeros(values) : values);
            assertThatThrownBy(() -> network.restore(tensors, Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("tensor 'f.weight' had 3 values");
            assertThat(network.tensors().get("c1.weight")).isEqualTo(start.tensor("c1.weight"));
            Map<String, float[]> sound = network.tensors();
            sound.replaceAll((name, values) -> name.equals("c1.weight") ? zeros(values) : values);
            network.restore(sound, Map.of());
            assertThat(network.tensors().get("c1.weight")).containsOnly(0);
        }
    }

    private static float[] zeros(float[] values) {
        return new float[values.length];
    }

    @Test
    void refusesWhatItCannotTrain() {
        assertThatThrownBy(() -> engine.open(start, 40, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch was '40' but it must be a multiple of 16");
        assertThatThrownBy(() -> engine.open(start, 16, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("threads was '0'");
        try (DifferentiableNetwork network = engine.open(start, 16, 1)) {
            assertThatThrownBy(() -> network.forward(new float[7]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("input had 7 values");
            assertThatThrownBy(() -> network.backward(new float[7]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("upstream gradient had 7 values");
        }
    }
}
