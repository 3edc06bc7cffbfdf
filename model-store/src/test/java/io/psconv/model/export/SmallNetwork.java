package io.psconv.model.export;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.ModelMetadata;
import io.psconv.model.format.Normalisation;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every kind of layer once, with values that can be followed by hand. */
final class SmallNetwork {
    private static final List<Layer> LAYERS =
            List.of(
                    new ConvolutionLayer(
                            "stem", Network.INPUT, 1, 2, 3, 1, false, false, "bn", null, true),
                    new MaxPoolLayer("max", "stem", 2),
                    new PaddedSubsampleLayer("short", "max", 5, 2),
                    new ConvolutionLayer(
                            "sparse", "max", 2, 5, 3, 2, true, true, null, "short", true),
                    new ConvolutionLayer(
                            "point", "sparse", 5, 2, 1, 1, false, false, null, null, false),
                    new AveragePoolLayer("mean", "point", 2),
                    new FullyConnectedLayer("end", "mean", 2, 3));

    private SmallNetwork() {}

    static CompressedModel model() {
        return model(LAYERS, "PS1_P9");
    }

    /** The same with a convolution of the logits behind it. */
    static CompressedModel goingOn() {
        List<Layer> layers = new ArrayList<>(LAYERS);
        layers.add(
                new ConvolutionLayer("again", "end", 3, 3, 1, 1, false, false, null, null, false));
        layers.add(new FullyConnectedLayer("last", "again", 3, 3));
        return model(layers, "PS1_P9");
    }

    /** Layers of networks for large images: a 7×7 kernel, windows that overlap, hidden layers. */
    static CompressedModel large() {
        return model(
                List.of(
                        new ConvolutionLayer(
                                "stem", Network.INPUT, 1, 2, 7, 2, false, false, "bn", null, true),
                        new MaxPoolLayer("max", "stem", 3, 2, 1),
                        new FullyConnectedLayer("hidden.0", "max", 8, 4, true),
                        new FullyConnectedLayer("end", "hidden.0", 4, 3)),
                "PS1_P9");
    }

    private static CompressedModel model(List<Layer> layers, String variant) {
        Network network = new Network("by hand", new FeatureShape(1, 8, 8), 3, layers);
        Map<String, float[]> tensors = new HashMap<>();
        CompressedModel.expectedTensors(network, Variant.of(variant))
                .forEach(
                        (name, shape) -> {
                            float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
                            for (int index = 0; index < values.length; index++) {
                                values[index] = index + 1;
                            }
                            tensors.put(name, values);
                        });
        return new CompressedModel(
                network,
                Variant.of(variant),
                new ModelMetadata(
                        "by hand",
                        List.of("a", "b", "\"c\""),
                        new Normalisation(List.of(0.5f), List.of(0.25f)),
                        Map.of("epochs", "0")),
                tensors,
                null);
    }
}
