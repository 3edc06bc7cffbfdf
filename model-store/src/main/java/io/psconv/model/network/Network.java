package io.psconv.model.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network as a list of layers in execution order; the last one makes the logits.
 *
 * @param architecture name of the family, for example {@code resnet18}
 * @param input shape of one image
 * @param classes length of the logits
 */
public record Network(String architecture, FeatureShape input, int classes, List<Layer> layers) {
    /** What a layer that reads the image names as its input. */
    public static final String INPUT = "input";

    public Network {
        layers = List.copyOf(layers);
        check(layers, input, classes);
    }

    /** Layers in execution order that are convolutions. */
    public List<ConvolutionLayer> convolutions() {
        return layers.stream()
                .filter(ConvolutionLayer.class::isInstance)
                .map(ConvolutionLayer.class::cast)
                .toList();
    }

    public FeatureShapes shapes() {
        return new FeatureShapes(input, layers);
    }

    private static void check(List<Layer> layers, FeatureShape input, int classes) {
        FeatureShapes shapes = new FeatureShapes(input, layers);
        for (Layer layer : layers) {
            FeatureShape read = shapes.of(layer.input());
            if (layer instanceof ConvolutionLayer convolution) {
                if (read.channels() != convolution.inChannels()) {
                    throw mismatch(layer, "channels", read.channels(), convolution.inChannels());
                }
                @Nullable String residual = convolution.residual();
                if (residual != null && !shapes.of(layer.name()).equals(shapes.of(residual))) {
                    throw new IllegalArgumentException(
                            "layer '"
                                    + layer.name()
                                    + "' makes "
                                    + shapes.of(layer.name())
                                    + " but its residual '"
                                    + residual
                                    + "' has "
                                    + shapes.of(residual));
                }
            } else if (layer instanceof FullyConnectedLayer connected
                    && read.length() != connected.inputs()) {
                throw mismatch(layer, "values", read.length(), connected.inputs());
            }
        }
        FeatureShape last = shapes.of(layers.get(layers.size() - 1).name());
        if (last.length() != classes) {
            throw new IllegalArgumentException(
                    "the last layer makes "
                            + last.length()
                            + " values for "
                            + classes
                            + " classes");
        }
    }

    private static IllegalArgumentException mismatch(
            Layer layer, String what, int given, int expected) {
        return new IllegalArgumentException(
                "layer '"
                        + layer.name()
                        + "' reads "
                        + given
                        + " "
                        + what
                        + " but it is described for "
                        + expected);
    }
}
