package io.psconv.model.training;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many images lie side by side in the feature maps of each layer.
 *
 * <p>As many as a second-level cache holds together with what is computed from them, since sums
 * over long rows cost less; no more than in those of any layer that reads them, and as many as in
 * those that add them.
 */
final class ChunkSizes {
    /** Values of one activation that a core's cache has room for beside another. */
    private static final int CACHED_VALUES = 128 * 1024;

    private final Map<String, Integer> images = new HashMap<>();

    ChunkSizes(Network network) {
        FeatureShapes shapes = network.shapes();
        images.put(Network.INPUT, own(shapes.of(Network.INPUT)));
        for (Layer layer : network.layers()) {
            images.put(layer.name(), own(shapes.of(layer.name())));
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Layer layer : network.layers()) {
                changed |= lower(layer.input(), of(layer.name()));
                @Nullable String residual =
                        layer instanceof ConvolutionLayer convolution
                                ? convolution.residual()
                                : null;
                if (residual != null) {
                    changed |= lower(residual, of(layer.name()));
                    changed |= lower(layer.name(), of(residual));
                }
            }
        }
    }

    private static int own(FeatureShape shape) {
        int images = TrainingStep.SLOT;
        while (images > 1 && (long) images * shape.length() > CACHED_VALUES) {
            images /= 2;
        }
        return images;
    }

    private boolean lower(String layer, int most) {
        if (of(layer) <= most) {
            return false;
        }
        images.put(layer, most);
        return true;
    }

    int of(String layer) {
        Integer found = images.get(layer);
        if (found == null) {
            throw new IllegalArgumentException("there is no layer '" + layer + "'");
        }
        return found;
    }
}
