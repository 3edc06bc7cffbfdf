package io.psconv.model.training;

import io.psconv.model.convolution.ConvolutionShape;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.convolution.TrainableConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.training.Workspace.Purpose;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A convolution with its bias, batch normalization, residual and ReLU. */
final class ConvolutionStep implements TrainingStep {
    private final ConvolutionLayer layer;
    private final Activation input;
    private final @Nullable Activation residual;
    private final Activation output;
    private final boolean inputGradient;
    private final float[][] slots;
    private final TrainableConvolution convolution;
    private final float[] weights;
    private final float @Nullable [] bias;
    private final @Nullable BatchNormalization normalization;
    private final Map<String, float[]> gradients = new LinkedHashMap<>();
    private final float[] weightGradient;

    /**
     * Plans a layer.
     *
     * @param tensors of the network, by name; kept
     * @param slots shared by all layers, as long as the longest asks for once all are made
     */
    ConvolutionStep(
            ConvolutionLayer layer,
            LayerSupports supports,
            Activation input,
            @Nullable Activation residual,
            Activation output,
            boolean inputGradient,
            Map<String, float[]> tensors,
            float[][] slots) {
        this.layer = layer;
        this.input = input;
        this.residual = residual;
        this.output = output;
        this.inputGradient = inputGradient;
        this.slots = slots;
        FeatureShape shape = input.shape();
        this.convolution =
                new TrainableConvolution(
                        new ConvolutionShape(
                                shape.channels(),
                                shape.height(),
                                shape.width(),
                                layer.filters(),
                                layer.stride()),
                        supports,
                        inputGradient);
        this.weights = Tensors.get(tensors, layer.name() + ".weight");
        this.weightGradient = new float[weights.length];
        gradients.put(layer.name() + ".weight", weightGradient);
        this.bias = layer.bias() ? Tensors.get(tensors, layer.name() + ".bias") : null;
        if (bias != null) {
            gradients.put(layer.name() + ".bias", new float[bias.length]);
        }
        String prefix = layer.batchNormalization();
        this.normalization =
                prefix == null ? null : new BatchNormalization(prefix, tensors, output);
        if (normalization != null) {
            gradients.putAll(normalization.gradients());
        }
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot].length < convolution.slotLength()) {
                slots[slot] = new float[convolution.slotLength()];
            }
        }
    }

    @Override
    public void forward(TrainingThreads<Workspace> threads) {
        int parts = threads.threads();
        threads.run(parts, (part, workspace) -> convolution.pack(weights, part, parts));
        if (bias != null) {
            convolution.packBias(bias);
        }
        threads.run(slots.length, this::forward);
        if (normalization != null) {
            normalization.normalize();
        }
        if (residual != null) {
            threads.run(slots.length, this::activate);
        }
    }

    private void forward(int slot, Workspace workspace) {
        TrainableConvolution.Loops loops = loops(workspace);
        FeatureMaps made = made(workspace);
        int chunksPerSlot = SLOT / output.images();
        for (int chunk = slot * chunksPerSlot; chunk < (slot + 1) * chunksPerSlot; chunk++) {
            input.load(chunk * output.images(), read(workspace), workspace);
            loops.forward();
            if (normalization == null) {
                output.loops().copy(made, output.raw(chunk));
            } else {
                normalization.measure(made, chunk);
            }
        }
    }

    private void activate(int slot, Workspace workspace) {
        int chunksPerSlot = SLOT / output.images();
        for (int chunk = slot * chunksPerSlot; chunk < (slot + 1) * chunksPerSlot; chunk++) {
            output.activate(chunk, residual, workspace);
        }
    }

    private FeatureMaps read(Workspace workspace) {
        return workspace.maps(Purpose.INPUT, input.shape(), output.images());
    }

    private FeatureMaps made(Workspace workspace) {
        return workspace.maps(Purpose.OUTPUT, output.shape(), output.images());
    }

    private @Nullable FeatureMaps share(Workspace workspace) {
        return inputGradient
                ? workspace.maps(Purpose.INPUT_GRADIENT, input.shape(), output.images())
                : null;
    }

    private TrainableConvolution.Loops loops(Workspace workspace) {
        return workspace.loops(convolution, read(workspace), made(workspace), share(workspace));
    }

    @Override
    public void backward(TrainingThreads<Workspace> threads) {
        if (normalization != null) {
            normalization.differentiate();
        } else if (bias != null) {
            output.sumGradient(Tensors.get(gradients, layer.name() + ".bias"));
        }
        threads.run(slots.length, this::backward);
        if (inputGradient) {
            input.endGradient();
        }
        int parts = threads.threads();
        threads.run(
                parts,
                (part, workspace) -> convolution.collect(slots, weightGradient, part, parts));
    }

    private void backward(int slot, Workspace workspace) {
        TrainableConvolution.Loops loops = loops(workspace);
        FeatureMaps upstream = made(workspace);
        FeatureMaps share = share(workspace);
        Arrays.fill(slots[slot], 0, convolution.slotLength(), 0);
        int chunksPerSlot = SLOT / output.images();
        for (int chunk = slot * chunksPerSlot; chunk < (slot + 1) * chunksPerSlot; chunk++) {
            if (normalization == null) {
                output.loops().copy(output.gradient(chunk), upstream);
            } else {
                normalization.gradient(chunk, upstream);
            }
            int first = chunk * output.images();
            input.load(first, read(workspace), workspace);
            loops.weightGradient(slots[slot]);
            if (share != null) {
                loops.inputGradient();
                input.addGradient(first, share, workspace);
            }
        }
    }

    @Override
    public Map<String, float[]> gradients() {
        return gradients;
    }
}
