package io.psconv.model.training;

import java.util.Map;

/** Tensors by name. */
final class Tensors {
    private Tensors() {}

    static float[] get(Map<String, float[]> tensors, String name) {
        float[] found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "tensor was '" + name + "' but the network has only " + tensors.keySet());
        }
        return found;
    }
}
