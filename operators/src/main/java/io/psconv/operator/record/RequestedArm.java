package io.psconv.operator.record;

import java.io.Serializable;

/**
 * One of the models that a route shall use.
 *
 * @param model {@code name} for the newest version at the time of the decision, or {@code
 *     name@version}
 * @param weight of a split route's frames this model shall get weight / sum of all weights; 1
 *     elsewhere
 */
public record RequestedArm(String model, int weight) implements Serializable {
    public RequestedArm {
        if (model.isBlank()) {
            throw new IllegalArgumentException(
                    "model was '"
                            + model
                            + "' but it must be a name in the store, or name@version");
        }
        if (weight < 1) {
            throw new IllegalArgumentException(
                    "weight of model '"
                            + model
                            + "' was '"
                            + weight
                            + "' but it must be at least 1");
        }
    }
}
