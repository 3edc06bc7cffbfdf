package io.psconv.model.network;

/** The largest value of each {@code size} × {@code size} window, side by side, rest dropped. */
public record MaxPoolLayer(String name, String input, int size) implements Layer {
    @Override
    public FeatureShape outputShape(FeatureShape input) {
        return new FeatureShape(input.channels(), input.height() / size, input.width() / size);
    }
}
