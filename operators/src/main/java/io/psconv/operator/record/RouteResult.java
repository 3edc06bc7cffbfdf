package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * Which way a frame took.
 *
 * @param route name of the route
 * @param arm which of its models answered, see {@link RoutePlan}
 * @param margin difference of the two largest probabilities of a cascade's first model; null on
 *     other routes
 * @param paired what the second model of a paired route said; null on other routes
 */
public record RouteResult(
        String route, String arm, @Nullable Float margin, @Nullable PairedResult paired) {
    /** One model on a route. */
    public static RouteResult of(String route, String arm) {
        return new RouteResult(route, arm, null, null);
    }
}
