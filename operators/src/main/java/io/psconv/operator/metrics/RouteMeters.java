package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RouteResult;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is counted of routes: frames by route and arm, so that the share of a cascade's frames that
 * are escalated is that of its arm {@code escalated}; their age when they are answered; agreement
 * of paired models; late frames. For one thread.
 */
public final class RouteMeters {
    private final MeterRegistry registry;
    private final Map<String, OfRoute> routes = new HashMap<>();

    public RouteMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Counts a classified frame.
     *
     * @param ageMillis time since its capture; below 0, of a camera whose clock is fast, counts as
     *     0
     */
    public void classified(RouteResult result, long ageMillis, boolean wasLate) {
        OfRoute route = routes.computeIfAbsent(result.route(), OfRoute::new);
        route.classified(result.arm());
        route.latency.record(Math.max(0, ageMillis), TimeUnit.MILLISECONDS);
        PairedResult paired = result.paired();
        if (paired != null) {
            route.paired(paired.agrees());
        }
        if (wasLate) {
            route.late.increment();
        }
    }

    private final class OfRoute {
        private final String name;
        private final Timer latency;
        private final Counter late;
        private final Map<String, Counter> frames = new HashMap<>();
        private final Map<Boolean, Counter> pairs = new HashMap<>();

        OfRoute(String name) {
            this.name = name;
            this.latency =
                    Timer.builder("frame.latency")
                            .description("Time from a frame's capture to its answer")
                            .serviceLevelObjectives(Buckets.times())
                            .tag("route", name)
                            .register(registry);
            this.late = counter("inference.late", "Frames past their deadline").register(registry);
        }

        void classified(String arm) {
            frames.computeIfAbsent(
                            arm,
                            first ->
                                    counter("route.frames", "Frames classified")
                                            .tag("arm", first)
                                            .register(registry))
                    .increment();
        }

        void paired(boolean agree) {
            pairs.computeIfAbsent(
                            agree,
                            first ->
                                    counter("route.pairs", "Frames that two models saw")
                                            .tag("result", first ? "agree" : "differ")
                                            .register(registry))
                    .increment();
        }

        private Counter.Builder counter(String meter, String description) {
            return Counter.builder(meter)
                    .description(description)
                    .baseUnit("frames")
                    .tag("route", name);
        }
    }
}
