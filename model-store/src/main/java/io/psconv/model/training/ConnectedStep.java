package io.psconv.model.training;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.training.Workspace.Purpose;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last, fully connected layer. */
final class ConnectedStep implements TrainingStep {
    private final FullyConnectedLayer layer;
    private final Activation input;
    private final float[] logits;
    private final float[] upstream;
    private final int slots;
    private final float[] weights;
    private final float[] bias;
    private final float[] weightsByInput;
    private final float[] features;
    private final float[] shares;
    private final float[] weightGradient;
    private final float[] biasGradient;
    private final Map<String, float[]> gradients = new LinkedHashMap<>();

    /**
     * Plans the layer.
     *
     * @param logits {@code (batch, outputs)}, where they go
     * @param upstream {@code (batch, outputs)}, where their gradient comes from
     */
    ConnectedStep(
            FullyConnectedLayer layer,
            Activation input,
            Map<String, float[]> tensors,
            float[] logits,
            float[] upstream,
            int slots) {
        this.layer = layer;
        this.input = input;
        this.logits = logits;
        this.upstream = upstream;
        this.slots = slots;
        this.weights = Tensors.get(tensors, layer.name() + ".weight");
        this.bias = Tensors.get(tensors, layer.name() + ".bias");
        this.weightsByInput = new float[weights.length];
        this.features = new float[slots * SLOT * layer.inputs()];
        this.shares = new float[features.length];
        this.weightGradient = new float[weights.length];
        this.biasGradient = new float[bias.length];
        gradients.put(layer.name() + ".weight", weightGradient);
        gradients.put(layer.name() + ".bias", biasGradient);
    }

    @Override
    public void forward(TrainingThreads<Workspace> threads) {
        int outputs = layer.outputs();
        for (int output = 0; output < outputs; output++) {
            for (int index = 0; index < layer.inputs(); index++) {
                weightsByInput[index * outputs + output] = weights[output * layer.inputs() + index];
            }
        }
        threads.run(slots, this::forward);
    }

    private void forward(int slot, Workspace workspace) {
        for (int first = slot * SLOT; first < (slot + 1) * SLOT; first += input.images()) {
            FeatureMaps read = workspace.maps(Purpose.INPUT, input.shape(), input.images());
            input.load(first, read, workspace);
            read.store(features, first);
        }
        int outputs = layer.outputs();
        for (int image = slot * SLOT; image < (slot + 1) * SLOT; image++) {
            System.arraycopy(bias, 0, logits, image * outputs, outputs);
            for (int index = 0; index < layer.inputs(); index++) {
                float feature = features[image * layer.inputs() + index];
                addScaled(
                        feature, weightsByInput, index * outputs, logits, image * outputs, outputs);
            }
        }
    }

    @Override
    public void backward(TrainingThreads<Workspace> threads) {
        Arrays.fill(biasGradient, 0);
        for (int at = 0; at < upstream.length; at++) {
            biasGradient[at % biasGradient.length] += upstream[at];
        }
        threads.run(layer.outputs(), (output, workspace) -> differentiate(output));
        threads.run(slots, this::backward);
        input.endGradient();
    }

    private void differentiate(int output) {
        int inputs = layer.inputs();
        Arrays.fill(weightGradient, output * inputs, (output + 1) * inputs, 0);
        for (int image = 0; image < slots * SLOT; image++) {
            addScaled(
                    upstream[image * layer.outputs() + output],
                    features,
                    image * inputs,
                    weightGradient,
                    output * inputs,
                    inputs);
        }
    }

    private void backward(int slot, Workspace workspace) {
        int inputs = layer.inputs();
        Arrays.fill(shares, slot * SLOT * inputs, (slot + 1) * SLOT * inputs, 0);
        for (int image = slot * SLOT; image < (slot + 1) * SLOT; image++) {
            for (int output = 0; output < layer.outputs(); output++) {
                addScaled(
                        upstream[image * layer.outputs() + output],
                        weights,
                        output * inputs,
                        shares,
                        image * inputs,
                        inputs);
            }
        }
        for (int first = slot * SLOT; first < (slot + 1) * SLOT; first += input.images()) {
            FeatureMaps share =
                    workspace.maps(Purpose.INPUT_GRADIENT, input.shape(), input.images());
            share.load(shares, first);
            input.addGradient(first, share, workspace);
        }
    }

    private static void addScaled(
            float factor, float[] from, int start, float[] to, int place, int length) {
        for (int index = 0; index < length; index++) {
            to[place + index] = Math.fma(factor, from[start + index], to[place + index]);
        }
    }

    @Override
    public Map<String, float[]> gradients() {
        return gradients;
    }
}
