package io.psconv.model.training;

import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** An engine for networks of one fully connected layer: softmax regression, written out. */
record RegressionEngine(int batchMultiple, int nanFromStep) implements TrainingEngine {
    static final FeatureShape SHAPE = new FeatureShape(1, 8, 8);
    static final List<String> CLASSES = List.of("dark", "light", "split");
    private static final String WEIGHT = "linear.weight";
    private static final String BIAS = "linear.bias";

    RegressionEngine() {
        this(1, Integer.MAX_VALUE);
    }

    /** Images of three classes that a plane can tell apart, with noise. */
    static TrainingSets sets(int train, int test, long seed) {
        return new TrainingSets("shades", images(train, seed), images(test, seed + 1));
    }

    private static LabelledImages images(int count, long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[count * SHAPE.length()];
        int[] labels = new int[count];
        for (int image = 0; image < count; image++) {
            labels[image] = image % CLASSES.size();
            for (int pixel = 0; pixel < SHAPE.length(); pixel++) {
                boolean low = pixel < SHAPE.length() / 2;
                int shade = labels[image] == 0 || (labels[image] == 2 && low) ? 80 : 170;
                pixels[image * SHAPE.length() + pixel] = (byte) (shade + random.nextInt(60) - 30);
            }
        }
        return new LabelledImages(SHAPE, CLASSES, pixels, labels);
    }

    static CompressedModel start(TrainingSets sets) {
        Network network =
                new Network(
                        "regression",
                        SHAPE,
                        CLASSES.size(),
                        List.of(
                                new FullyConnectedLayer(
                                        "linear", Network.INPUT, SHAPE.length(), CLASSES.size())));
        return UntrainedModel.create(
                network, Variant.DENSE, 1, sets.name(), CLASSES, sets.normalisation());
    }

    static Recipe recipe(TrainingLength length) {
        return new Recipe(
                "regression 1x8x8 to 3 classes",
                "dense",
                Recipe.RANDOM,
                length,
                8,
                0.05f,
                LearningRateSchedule.ONE_CYCLE,
                new SgdSettings(0.9f, true, 5e-4f, 0.1f),
                true,
                0,
                3);
    }

    @Override
    public String name() {
        return "regression";
    }

    @Override
    public String description() {
        return "one layer";
    }

    @Override
    public DifferentiableNetwork open(CompressedModel start, int batch, int threads) {
        return new Regression(start, batch);
    }

    private final class Regression implements DifferentiableNetwork {
        private final Network network;
        private final Map<String, float[]> tensors = new HashMap<>();
        private final int batch;
        private final float[] weights;
        private final float[] biases;
        private float[] seen = new float[0];
        private int steps;

        Regression(CompressedModel start, int batch) {
            this.network = start.network();
            this.batch = batch;
            this.weights = start.tensor(WEIGHT).clone();
            this.biases = start.tensor(BIAS).clone();
            tensors.put(WEIGHT, weights);
            tensors.put(BIAS, biases);
        }

        @Override
        public Network network() {
            return network;
        }

        @Override
        public Map<String, float[]> tensors() {
            return tensors;
        }

        @Override
        public float[] forward(float[] input) {
            seen = input;
            int classes = network.classes();
            int length = network.input().length();
            float[] logits = new float[batch * classes];
            boolean lost = steps++ >= nanFromStep;
            for (int image = 0; image < batch; image++) {
                for (int label = 0; label < classes; label++) {
                    float sum = biases[label];
                    for (int index = 0; index < length; index++) {
                        sum += weights[label * length + index] * input[image * length + index];
                    }
                    logits[image * classes + label] = lost ? Float.NaN : sum;
                }
            }
            return logits;
        }

        @Override
        public Map<String, float[]> backward(float[] upstream) {
            int classes = network.classes();
            int length = network.input().length();
            float[] weight = new float[classes * length];
            float[] bias = new float[classes];
            for (int image = 0; image < batch; image++) {
                for (int label = 0; label < classes; label++) {
                    float slope = upstream[image * classes + label];
                    bias[label] += slope;
                    for (int index = 0; index < length; index++) {
                        weight[label * length + index] += slope * seen[image * length + index];
                    }
                }
            }
            return Map.of(WEIGHT, weight, BIAS, bias);
        }

        @Override
        public void close() {
            // Arrays only.
        }
    }
}
