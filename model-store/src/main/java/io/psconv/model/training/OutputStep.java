package io.psconv.model.training;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.training.Workspace.Purpose;
import java.util.Map;

/** Takes the last layer's activation as logits, where that is not a fully connected one. */
final class OutputStep implements TrainingStep {
    private final Activation input;
    private final float[] logits;
    private final float[] upstream;
    private final int slots;

    OutputStep(Activation input, float[] logits, float[] upstream, int slots) {
        this.input = input;
        this.logits = logits;
        this.upstream = upstream;
        this.slots = slots;
    }

    @Override
    public void forward(TrainingThreads<Workspace> threads) {
        threads.run(
                slots,
                (slot, workspace) -> {
                    FeatureMaps read = maps(Purpose.INPUT, workspace);
                    for (int first = slot * SLOT;
                            first < (slot + 1) * SLOT;
                            first += read.images()) {
                        input.load(first, read, workspace);
                        read.store(logits, first);
                    }
                });
    }

    private FeatureMaps maps(Purpose purpose, Workspace workspace) {
        return workspace.maps(purpose, input.shape(), input.images());
    }

    @Override
    public void backward(TrainingThreads<Workspace> threads) {
        threads.run(
                slots,
                (slot, workspace) -> {
                    FeatureMaps share = maps(Purpose.INPUT_GRADIENT, workspace);
                    for (int first = slot * SLOT;
                            first < (slot + 1) * SLOT;
                            first += share.images()) {
                        share.load(upstream, first);
                        input.addGradient(first, share, workspace);
                    }
                });
        input.endGradient();
    }

    @Override
    public Map<String, float[]> gradients() {
        return Map.of();
    }
}
