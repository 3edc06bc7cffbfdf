package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * That a request for a route is met.
 *
 * @param request identity of the request
 * @param route name of the route
 * @param plan what it does from then on, or null if it serves no camera any more
 * @param time asked for, with the lead that counts
 */
public record AcceptedPlan(
        String request, String route, @Nullable RoutePlan plan, RequestedTime time)
        implements DecisionEntry {
    @Override
    public ModelDecision at(long appendMillis) {
        return new ModelDecision(request, route, plan, time.effectiveFromMillis(appendMillis));
    }
}
