package io.psconv.model.training;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.convolution.Pooling;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.PaddedSubsampleLayer;
import io.psconv.model.training.Workspace.Purpose;
import java.util.Map;

/** A layer without weights: max and average pooling, and option A shortcuts. */
final class PoolingStep implements TrainingStep {
    private final Layer layer;
    private final Activation input;
    private final Activation output;
    private final int slots;
    private final boolean inputGradient;

    PoolingStep(
            Layer layer, Activation input, Activation output, int slots, boolean inputGradient) {
        this.layer = layer;
        this.input = input;
        this.output = output;
        this.slots = slots;
        this.inputGradient = inputGradient;
    }

    @Override
    public void forward(TrainingThreads<Workspace> threads) {
        threads.run(
                slots,
                (slot, workspace) -> {
                    int chunks = SLOT / output.images();
                    for (int chunk = slot * chunks; chunk < (slot + 1) * chunks; chunk++) {
                        FeatureMaps read = read(workspace);
                        input.load(chunk * output.images(), read, workspace);
                        pool(read, output.raw(chunk));
                    }
                });
    }

    private void pool(FeatureMaps read, FeatureMaps made) {
        int channels = made.channels();
        if (layer instanceof MaxPoolLayer pool) {
            Pooling.max(read, pool.size(), made, 0, channels);
        } else if (layer instanceof AveragePoolLayer pool) {
            Pooling.average(read, pool.size(), made, 0, channels);
        } else {
            int stride = ((PaddedSubsampleLayer) layer).stride();
            Pooling.paddedSubsample(read, stride, made, 0, channels);
        }
    }

    private FeatureMaps read(Workspace workspace) {
        return workspace.maps(Purpose.INPUT, input.shape(), output.images());
    }

    @Override
    public void backward(TrainingThreads<Workspace> threads) {
        if (!inputGradient) {
            return;
        }
        threads.run(
                slots,
                (slot, workspace) -> {
                    int chunks = SLOT / output.images();
                    for (int chunk = slot * chunks; chunk < (slot + 1) * chunks; chunk++) {
                        FeatureMaps share =
                                workspace.maps(
                                        Purpose.INPUT_GRADIENT, input.shape(), output.images());
                        int first = chunk * output.images();
                        differentiate(first, output.gradient(chunk), share, workspace);
                        input.addGradient(first, share, workspace);
                    }
                });
        input.endGradient();
    }

    private void differentiate(
            int first, FeatureMaps upstream, FeatureMaps share, Workspace workspace) {
        if (layer instanceof MaxPoolLayer pool) {
            FeatureMaps read = read(workspace);
            input.load(first, read, workspace);
            Pooling.maxGradient(read, pool.size(), upstream, share);
        } else if (layer instanceof AveragePoolLayer pool) {
            Pooling.averageGradient(upstream, pool.size(), share);
        } else {
            int stride = ((PaddedSubsampleLayer) layer).stride();
            Pooling.paddedSubsampleGradient(upstream, stride, share);
        }
    }

    @Override
    public Map<String, float[]> gradients() {
        return Map.of();
    }
}
