package io.psconv.bench.onednn;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one step of an 8-bit feature map is worth, by layer name.
 *
 * <p>Chosen so that the largest value seen of each layer just fits: 255 steps, or 127 of either
 * sign where values may be negative.
 */
final class MapScales {
    private static final int UNSIGNED_STEPS = 255;
    private static final int SIGNED_STEPS = 127;

    private final Map<String, Float> byLayer = new HashMap<>();

    /** Takes the values that a layer made. */
    void observe(String layer, float[] values, boolean signed) {
        float largest = Float.MIN_NORMAL;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        byLayer.put(layer, largest / (signed ? SIGNED_STEPS : UNSIGNED_STEPS));
    }

    float of(String layer) {
        @Nullable Float scale = byLayer.get(layer);
        if (scale == null) {
            throw new IllegalArgumentException("layer '" + layer + "' was not observed");
        }
        return scale;
    }
}
