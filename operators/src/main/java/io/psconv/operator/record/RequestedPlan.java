package io.psconv.operator.record;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a route shall classify, by the names of models that nobody has looked for yet.
 *
 * @param kind what becomes of a frame
 * @param cameras which cameras' frames take the route, with {@code *} for any characters; at most
 *     {@value #LONGEST_CAMERAS} characters
 * @param arms the models, in the order that the kind gives a meaning to
 * @param margin difference of the two largest probabilities below which a cascade asks its second
 *     model; 0 elsewhere
 */
public record RequestedPlan(
        RoutePlan.Kind kind, String cameras, List<RequestedArm> arms, float margin)
        implements Serializable {
    /** Characters of a camera pattern at most. */
    public static final int LONGEST_CAMERAS = 1024;

    public RequestedPlan {
        arms = Collections.unmodifiableList(new ArrayList<>(arms));
        checkCameras(cameras);
        // The rules for models and margin are the plan's own, whatever the models turn out to be.
        resolve(
                kind,
                cameras,
                arms,
                margin,
                arms.stream().map(arm -> new ModelReference(arm.model(), 0, "")).toList());
    }

    /** One model. */
    public static RequestedPlan single(String cameras, String model) {
        return new RequestedPlan(
                RoutePlan.Kind.SINGLE, cameras, List.of(new RequestedArm(model, 1)), 0);
    }

    /**
     * The plan with the models found.
     *
     * @param models one for each arm, in order
     */
    public RoutePlan resolve(List<ModelReference> models) {
        return resolve(kind, cameras, arms, margin, models);
    }

    private static RoutePlan resolve(
            RoutePlan.Kind kind,
            String cameras,
            List<RequestedArm> arms,
            float margin,
            List<ModelReference> models) {
        List<RouteArm> resolved = new ArrayList<>();
        for (int index = 0; index < arms.size(); index++) {
            resolved.add(
                    new RouteArm(arm(kind, index), models.get(index), arms.get(index).weight()));
        }
        RoutePlan plan = new RoutePlan(kind, cameras, resolved, margin);
        for (RouteArm arm : plan.arms()) {
            if (kind != RoutePlan.Kind.SPLIT && arm.weight() != 1) {
                throw new IllegalArgumentException(
                        "weight of model '"
                                + arm.model().name()
                                + "' was '"
                                + arm.weight()
                                + "' but only a SPLIT route weighs its models; leave it out");
            }
        }
        return plan;
    }

    /** The names that the factories of {@link RoutePlan} give. */
    private static String arm(RoutePlan.Kind kind, int index) {
        return switch (kind) {
            case SINGLE -> RoutePlan.SINGLE_ARM;
            case SPLIT -> String.valueOf((char) ('a' + index));
            case PAIRED -> index == 0 ? RoutePlan.PRIMARY_ARM : RoutePlan.SHADOW_ARM;
            case CASCADE -> index == 0 ? RoutePlan.SCREEN_ARM : RoutePlan.ESCALATED_ARM;
        };
    }

    private static void checkCameras(String cameras) {
        if (cameras.isEmpty()
                || cameras.length() > LONGEST_CAMERAS
                || cameras.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "cameras was '"
                            + cameras
                            + "' but it must be a pattern of 1 to "
                            + LONGEST_CAMERAS
                            + " characters on one line, for example gate-*");
        }
    }
}
