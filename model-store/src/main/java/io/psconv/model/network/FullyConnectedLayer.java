package io.psconv.model.network;

/** Weights {@code (outputs, inputs)} and a bias over the flattened (channel, row, column) input. */
public record FullyConnectedLayer(String name, String input, int inputs, int outputs)
        implements Layer {
    @Override
    public FeatureShape outputShape(FeatureShape input) {
        return new FeatureShape(outputs, 1, 1);
    }
}
