package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * That a route classifies in another way from an event time on.
 *
 * @param request identity of the request decided upon, its place in the control topic as in {@code
 *     model-control-0@12}; a repeated one changes nothing
 * @param route name of the route
 * @param plan what it does from then on, or null if it serves no camera any more
 * @param effectiveFromMillis event time from which frames are classified so
 */
public record ModelDecision(
        String request, String route, @Nullable RoutePlan plan, long effectiveFromMillis)
        implements Decision {
    /** The route of all cameras that have no other; it always serves. */
    public static final String DEFAULT_ROUTE = "default";

    public ModelDecision {
        if (plan == null && route.equals(DEFAULT_ROUTE)) {
            throw new IllegalArgumentException(
                    "route '" + DEFAULT_ROUTE + "' cannot end; activate another model on it");
        }
    }

    /** That one model serves the default route. */
    public static ModelDecision of(String request, ModelReference model, long effectiveFromMillis) {
        return new ModelDecision(
                request,
                DEFAULT_ROUTE,
                RoutePlan.single(RoutePlan.ALL_CAMERAS, model),
                effectiveFromMillis);
    }
}
