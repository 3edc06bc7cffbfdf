package io.psconv.operator.record;

/**
 * That a route shall classify in a new way.
 *
 * @param request identity of the request
 * @param route name of the route, see {@link RouteName}
 * @param plan what it shall do
 * @param time from when on
 */
public record ActivationRequest(
        String request, String route, RequestedPlan plan, RequestedTime time)
        implements ControlRequest {
    public ActivationRequest {
        RouteName.check(route);
    }
}
