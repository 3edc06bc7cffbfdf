package io.psconv.operator.record;

import java.io.Serializable;

/**
 * One of the models of a route.
 *
 * @param arm its name within the route
 * @param model what serves
 * @param weight of a split route's frames this arm gets weight / sum of all weights; 1 elsewhere
 */
public record RouteArm(String arm, ModelReference model, int weight) implements Serializable {
    public RouteArm {
        if (weight < 1) {
            throw new IllegalArgumentException(
                    "weight of arm '" + arm + "' was '" + weight + "' but it must be at least 1");
        }
    }
}
