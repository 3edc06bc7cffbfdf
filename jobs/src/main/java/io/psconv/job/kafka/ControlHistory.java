package io.psconv.job.kafka;

import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.verify.DecidedRequests;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was asked for and decided so far, as a job sees it.
 *
 * @param requests in the order of the control topic
 * @param decisions in the order of the log, of each request the first one; no ticks
 * @param lastTickMillis when the log took its last tick; null if there is none
 */
public record ControlHistory(
        List<LoggedRequest> requests,
        List<LoggedDecision> decisions,
        @Nullable Long lastTickMillis) {
    public ControlHistory {
        requests = List.copyOf(requests);
        decisions = List.copyOf(decisions);
    }

    /**
     * A route at some time.
     *
     * @param route its name
     * @param serving the last decision in force; null if there was none, which on the default route
     *     means the model that the job was started with
     * @param pending decisions in force later, by their time
     * @param refused the last refusal of a request for it; null if there is none
     */
    public record Route(
            String route,
            @Nullable Effective<AcceptedPlan> serving,
            List<Effective<AcceptedPlan>> pending,
            @Nullable Refusal refused) {}

    /**
     * An accepted request with the event time from which it counts.
     *
     * @param <T> kind of entry
     */
    public record Effective<T>(T accepted, long fromMillis) {}

    /** Requests that nobody has decided upon. */
    public List<LoggedRequest> undecided() {
        DecidedRequests decided = decided();
        return requests.stream().filter(request -> !decided.isDecided(request.id())).toList();
    }

    /** Every route that was asked for, the default one first. */
    public List<Route> routes(long nowMillis) {
        Map<String, Refusal> refusals = lastRefusals();
        Map<String, List<Effective<AcceptedPlan>>> plans = plans();
        TreeSet<String> names = new TreeSet<>(routesOfRequests().values());
        names.addAll(plans.keySet());
        names.remove(ModelDecision.DEFAULT_ROUTE);
        List<String> ordered = new ArrayList<>(List.of(ModelDecision.DEFAULT_ROUTE));
        ordered.addAll(names);
        return ordered.stream()
                .map(
                        name -> {
                            var all = plans.getOrDefault(name, List.of());
                            return new Route(
                                    name,
                                    inForce(all, nowMillis),
                                    pending(all, nowMillis),
                                    refusals.get(name));
                        })
                .toList();
    }

    /** Names of the routes that were asked for, the default one first. */
    public List<String> namedRoutes() {
        return routes(0).stream().map(Route::route).toList();
    }

    /** The crop in force for each camera that has one decided upon. */
    public Map<String, Effective<AcceptedCrop>> crops(long nowMillis) {
        Map<String, Effective<AcceptedCrop>> inForce = new TreeMap<>();
        byCamera()
                .forEach(
                        (camera, all) -> {
                            @Nullable Effective<AcceptedCrop> crop = inForce(all, nowMillis);
                            if (crop != null) {
                                inForce.put(camera, crop);
                            }
                        });
        return inForce;
    }

    /** Crops that are in force later. */
    public List<Effective<AcceptedCrop>> pendingCrops(long nowMillis) {
        return byCamera().values().stream()
                .flatMap(all -> pending(all, nowMillis).stream())
                .toList();
    }

    /** Refusals of requests that are for no route: crops, and what could not be read. */
    public List<Refusal> otherRefusals() {
        Map<String, String> routes = routesOfRequests();
        return decisions.stream()
                .map(LoggedDecision::entry)
                .filter(Refusal.class::isInstance)
                .map(Refusal.class::cast)
                .filter(refusal -> !routes.containsKey(refusal.request()))
                .toList();
    }

    private DecidedRequests decided() {
        DecidedRequests decided = new DecidedRequests();
        for (LoggedDecision decision : decisions) {
            requestOf(decision).ifPresent(decided::decide);
        }
        return decided;
    }

    /** The request that an entry decides upon; empty for a tick. */
    static Optional<String> requestOf(LoggedDecision decision) {
        if (decision.entry() instanceof AcceptedPlan plan) {
            return Optional.of(plan.request());
        }
        if (decision.entry() instanceof AcceptedCrop crop) {
            return Optional.of(crop.request());
        }
        return decision.entry() instanceof Refusal refusal
                ? Optional.of(refusal.request())
                : Optional.empty();
    }

    private Map<String, List<Effective<AcceptedPlan>>> plans() {
        return effective(AcceptedPlan.class, AcceptedPlan::route, AcceptedPlan::time);
    }

    private Map<String, List<Effective<AcceptedCrop>>> byCamera() {
        return effective(AcceptedCrop.class, AcceptedCrop::camera, AcceptedCrop::time);
    }

    private <T> Map<String, List<Effective<T>>> effective(
            Class<T> type, Function<T, String> key, Function<T, RequestedTime> time) {
        return decisions.stream()
                .filter(decision -> type.isInstance(decision.entry()))
                .map(
                        decision -> {
                            T accepted = type.cast(decision.entry());
                            return new Effective<>(
                                    accepted,
                                    time.apply(accepted)
                                            .effectiveFromMillis(decision.appendMillis()));
                        })
                // Stable: of two for one time the later one in the log counts.
                .sorted(Comparator.comparingLong(Effective::fromMillis))
                .collect(
                        Collectors.groupingBy(
                                effective -> key.apply(effective.accepted()),
                                TreeMap::new,
                                Collectors.toList()));
    }

    private static <T> @Nullable Effective<T> inForce(List<Effective<T>> all, long nowMillis) {
        Effective<T> last = null;
        for (Effective<T> effective : all) {
            if (effective.fromMillis() <= nowMillis) {
                last = effective;
            }
        }
        return last;
    }

    private static <T> List<Effective<T>> pending(List<Effective<T>> all, long nowMillis) {
        return all.stream().filter(effective -> effective.fromMillis() > nowMillis).toList();
    }

    private Map<String, Refusal> lastRefusals() {
        Map<String, String> routes = routesOfRequests();
        Map<String, Refusal> last = new TreeMap<>();
        for (LoggedDecision decision : decisions) {
            if (decision.entry() instanceof Refusal refusal) {
                String route = routes.get(refusal.request());
                if (route != null) {
                    last.put(route, refusal);
                }
            }
        }
        return last;
    }

    /** Which route a request is for, by its identity. */
    private Map<String, String> routesOfRequests() {
        Map<String, String> routes = new TreeMap<>();
        for (LoggedRequest logged : requests) {
            @Nullable String route = routeOf(logged.request());
            if (route != null) {
                routes.put(logged.request().request(), route);
            }
        }
        return routes;
    }

    private static @Nullable String routeOf(ControlRequest request) {
        if (request instanceof ActivationRequest activation) {
            return activation.route();
        }
        return request instanceof DeactivationRequest deactivation ? deactivation.route() : null;
    }
}
