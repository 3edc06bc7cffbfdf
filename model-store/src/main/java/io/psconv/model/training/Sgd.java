package io.psconv.model.training;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Network;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The optimizer that {@link SgdSettings} describe, with its momentum by tensor. */
final class Sgd {
    private final SgdSettings settings;
    private final Set<String> decaying;
    private final Map<String, float[]> momentum = new HashMap<>();

    /**
     * Makes an optimizer without momentum.
     *
     * @param decaying names of the tensors that weight decay applies to
     */
    Sgd(SgdSettings settings, Set<String> decaying) {
        this.settings = settings;
        this.decaying = Set.copyOf(decaying);
    }

    /** Weights of convolutions and fully connected layers. */
    static Set<String> weights(Network network) {
        return network.layers().stream()
                .filter(
                        layer ->
                                layer instanceof ConvolutionLayer
                                        || layer instanceof FullyConnectedLayer)
                .map(layer -> layer.name() + ".weight")
                .collect(Collectors.toSet());
    }

    /** Moves one tensor against its gradient. */
    void update(String name, float[] values, float[] gradient, float learningRate) {
        float[] velocity = momentum.computeIfAbsent(name, key -> new float[values.length]);
        float decay = decaying.contains(name) ? settings.weightDecay() : 0;
        float keep = settings.momentum();
        if (settings.nesterov()) {
            for (int index = 0; index < values.length; index++) {
                float slope = gradient[index] + decay * values[index];
                velocity[index] = keep * velocity[index] + slope;
                values[index] -= learningRate * (slope + keep * velocity[index]);
            }
        } else {
            for (int index = 0; index < values.length; index++) {
                velocity[index] = keep * velocity[index] + gradient[index] + decay * values[index];
                values[index] -= learningRate * velocity[index];
            }
        }
    }

    Map<String, float[]> momentum() {
        return momentum;
    }

    void restore(Map<String, float[]> earlier) {
        momentum.clear();
        earlier.forEach((name, values) -> momentum.put(name, values.clone()));
    }
}
