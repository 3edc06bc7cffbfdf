package io.psconv.model.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shapes of one image's feature maps by layer name, {@link Network#INPUT} included. */
public final class FeatureShapes {
    private final Map<String, FeatureShape> byName = new HashMap<>();

    FeatureShapes(FeatureShape input, List<Layer> layers) {
        byName.put(Network.INPUT, input);
        for (Layer layer : layers) {
            FeatureShape made = layer.outputShape(of(layer.input()));
            if (byName.put(layer.name(), made) != null) {
                throw new IllegalArgumentException("two layers are named '" + layer.name() + "'");
            }
        }
    }

    /**
     * The shape that a layer makes.
     *
     * @throws IllegalArgumentException if no layer so far has that name
     */
    public FeatureShape of(String layer) {
        @Nullable FeatureShape shape = byName.get(layer);
        if (shape == null) {
            throw new IllegalArgumentException(
                    "layer was '" + layer + "' but no layer before its reader has that name");
        }
        return shape;
    }
}
