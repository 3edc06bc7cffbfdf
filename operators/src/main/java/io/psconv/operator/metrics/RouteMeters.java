package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RouteResult;
import java.util.HashMap;
import java.util.Map;

/**
 * What is counted of routes: frames by route and arm, so that the share of a cascade's frames that
 * are escalated is that of its arm {@code escalated}; agreement of paired models; late frames. For
 * one thread.
 */
public final class RouteMeters {
    private final MeterRegistry registry;
    private final Map<String, Map<String, Counter>> frames = new HashMap<>();
    private final Map<String, Map<String, Counter>> pairs = new HashMap<>();
    private final Map<String, Counter> late = new HashMap<>();

    public RouteMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts a classified frame. */
    public void classified(RouteResult result, boolean wasLate) {
        String route = result.route();
        frames.computeIfAbsent(route, first -> new HashMap<>())
                .computeIfAbsent(
                        result.arm(),
                        arm ->
                                counter("route.frames", "Frames classified", route)
                                        .tag("arm", arm)
                                        .register(registry))
                .increment();
        PairedResult paired = result.paired();
        if (paired != null) {
            pairs.computeIfAbsent(route, first -> new HashMap<>())
                    .computeIfAbsent(
                            paired.agrees() ? "agree" : "differ",
                            agreement ->
                                    counter("route.pairs", "Frames that two models saw", route)
                                            .tag("result", agreement)
                                            .register(registry))
                    .increment();
        }
        if (wasLate) {
            late.computeIfAbsent(
                            route,
                            first ->
                                    counter("inference.late", "Frames past their deadline", route)
                                            .register(registry))
                    .increment();
        }
    }

    private static Counter.Builder counter(String name, String description, String route) {
        return Counter.builder(name)
                .description(description)
                .baseUnit("frames")
                .tag("route", route);
    }
}
