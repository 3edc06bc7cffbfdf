package io.psconv.model.network;

/**
 * Weights {@code (outputs, inputs)} and a bias over the flattened (channel, row, column) input.
 *
 * @param relu whether negative outputs become zero
 */
public record FullyConnectedLayer(String name, String input, int inputs, int outputs, boolean relu)
        implements Layer {
    /** One without ReLU, as the last layer is. */
    public FullyConnectedLayer(String name, String input, int inputs, int outputs) {
        this(name, input, inputs, outputs, false);
    }

    @Override
    public FeatureShape outputShape(FeatureShape input) {
        return new FeatureShape(outputs, 1, 1);
    }
}
