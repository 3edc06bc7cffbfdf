package io.psconv.operator.record;

/**
 * That a route shall serve no camera any more.
 *
 * @param request identity of the request
 * @param route name of the route, see {@link RouteName}
 * @param time from when on
 */
public record DeactivationRequest(String request, String route, RequestedTime time)
        implements ControlRequest {
    public DeactivationRequest {
        RouteName.check(route);
    }
}
