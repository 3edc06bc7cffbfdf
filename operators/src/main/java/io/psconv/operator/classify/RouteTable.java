package io.psconv.operator.classify;

import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RoutePlan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which camera's frames take which route at which event time, as decided so far.
 *
 * <p>Of the routes in force, in order of their names, a frame takes the first whose pattern matches
 * its camera, and the default route if none does. Not thread-safe.
 */
final class RouteTable {
    private final Timeline<ModelDecision> standard =
            new Timeline<>(ModelDecision::effectiveFromMillis);
    private final Map<String, Timeline<ModelDecision>> others = new TreeMap<>();

    /** Starts with what serves until something else is decided. */
    RouteTable(ModelDecision first) {
        this(List.of(first));
    }

    /** Goes on from checkpointed decisions, in the order of {@link #decisions}. */
    RouteTable(List<ModelDecision> restored) {
        restored.forEach(this::add);
        if (standard.decisions().isEmpty()) {
            throw new IllegalArgumentException(
                    "decisions were " + restored + " but one must be of the default route");
        }
    }

    void add(ModelDecision decision) {
        if (decision.route().equals(ModelDecision.DEFAULT_ROUTE)) {
            standard.add(decision);
        } else {
            others.computeIfAbsent(
                            decision.route(),
                            route -> new Timeline<>(ModelDecision::effectiveFromMillis))
                    .add(decision);
        }
    }

    /** The route of a camera's frame. */
    RouteInForce at(String camera, long timestampMillis) {
        for (Map.Entry<String, Timeline<ModelDecision>> other : others.entrySet()) {
            ModelDecision decision = other.getValue().at(timestampMillis);
            RoutePlan plan = decision == null ? null : decision.plan();
            if (plan != null && CameraPattern.matches(plan.cameras(), camera)) {
                return new RouteInForce(other.getKey(), plan);
            }
        }
        ModelDecision decision = standard.at(timestampMillis);
        if (decision == null) {
            // Older than all that is kept: the oldest that is.
            decision = standard.decisions().get(0);
        }
        return new RouteInForce(ModelDecision.DEFAULT_ROUTE, plan(decision));
    }

    /** Forgets decisions that were superseded at an event time. */
    void pruneBefore(long timestampMillis) {
        standard.pruneBefore(timestampMillis);
        others.values()
                .removeIf(
                        timeline -> {
                            timeline.pruneBefore(timestampMillis);
                            List<ModelDecision> left = timeline.decisions();
                            return left.size() == 1
                                    && left.get(0).plan() == null
                                    && left.get(0).effectiveFromMillis() <= timestampMillis;
                        });
    }

    /** The models that frames of an event time or later may need. */
    Set<ModelReference> modelsSince(long timestampMillis) {
        Set<ModelReference> models = new LinkedHashSet<>();
        standard.since(timestampMillis).forEach(decision -> addModels(decision, models));
        others.values()
                .forEach(
                        timeline ->
                                timeline.since(timestampMillis)
                                        .forEach(decision -> addModels(decision, models)));
        return models;
    }

    /** The models of all decisions kept. */
    Set<ModelReference> models() {
        Set<ModelReference> models = new LinkedHashSet<>();
        decisions().forEach(decision -> addModels(decision, models));
        return models;
    }

    /** What to checkpoint. */
    List<ModelDecision> decisions() {
        List<ModelDecision> decisions = new ArrayList<>(standard.decisions());
        others.values().forEach(timeline -> decisions.addAll(timeline.decisions()));
        return decisions;
    }

    private static void addModels(ModelDecision decision, Set<ModelReference> models) {
        @Nullable RoutePlan plan = decision.plan();
        if (plan != null) {
            models.addAll(plan.models());
        }
    }

    private static RoutePlan plan(ModelDecision decision) {
        RoutePlan plan = decision.plan();
        if (plan == null) {
            throw new IllegalStateException("the default route ended with " + decision);
        }
        return plan;
    }
}
