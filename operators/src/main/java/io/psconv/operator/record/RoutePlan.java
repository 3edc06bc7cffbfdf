package io.psconv.operator.record;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How a route classifies: with one model or several.
 *
 * @param kind what becomes of a frame
 * @param cameras which cameras' frames take the route, with {@code *} for any characters
 * @param arms the models, in the order that the kind gives a meaning to
 * @param margin difference of the two largest probabilities below which a cascade asks its second
 *     model; 0 elsewhere
 */
public record RoutePlan(Kind kind, String cameras, List<RouteArm> arms, float margin)
        implements Serializable {
    /** The pattern of all cameras. */
    public static final String ALL_CAMERAS = "*";

    /** Arm of a single model. */
    public static final String SINGLE_ARM = "single";

    /** Arm of a paired route whose answer counts, and the one that is only compared. */
    public static final String PRIMARY_ARM = "primary";

    public static final String SHADOW_ARM = "shadow";

    /** Arm of a cascade that every frame goes through, and the one for those in doubt. */
    public static final String SCREEN_ARM = "screen";

    public static final String ESCALATED_ARM = "escalated";

    private static final int MOST_ARMS = 26;

    /** What becomes of a frame. */
    public enum Kind {
        /** One model. */
        SINGLE,
        /** One of several models, chosen by the frame's identity. */
        SPLIT,
        /** Two models; the first one's answer counts, agreement is reported. */
        PAIRED,
        /** A first model, and a second one where the first is in doubt. */
        CASCADE
    }

    public RoutePlan {
        arms = Collections.unmodifiableList(new ArrayList<>(arms));
        if (cameras.isEmpty()) {
            throw new IllegalArgumentException(
                    "cameras was '' but it must name some, for example '*' for all");
        }
        requireArms(kind, arms.size());
        if (kind == Kind.CASCADE ? !(margin > 0 && margin <= 1) : margin != 0) {
            throw new IllegalArgumentException(
                    "margin of a "
                            + kind
                            + " route was '"
                            + margin
                            + "' but it must be above 0 and at most 1 for a cascade, 0 otherwise");
        }
    }

    private static void requireArms(Kind kind, int arms) {
        int fewest = kind == Kind.SINGLE ? 1 : 2;
        int most = kind == Kind.SPLIT ? MOST_ARMS : fewest;
        if (arms < fewest || arms > most) {
            throw new IllegalArgumentException(
                    "a "
                            + kind
                            + " route had '"
                            + arms
                            + "' models but it must have "
                            + (most == fewest ? "" + fewest : fewest + " to " + most));
        }
    }

    /** One model for some cameras. */
    public static RoutePlan single(String cameras, ModelReference model) {
        return new RoutePlan(Kind.SINGLE, cameras, List.of(new RouteArm(SINGLE_ARM, model, 1)), 0);
    }

    /** Arms {@code a}, {@code b} … of the models, with their weights. */
    public static RoutePlan split(String cameras, List<ModelReference> models, int... weights) {
        if (models.size() != weights.length) {
            throw new IllegalArgumentException(
                    "weights were "
                            + Arrays.toString(weights)
                            + " but there must be one for each of "
                            + models.size()
                            + " models");
        }
        List<RouteArm> arms = new ArrayList<>();
        for (int index = 0; index < weights.length; index++) {
            arms.add(
                    new RouteArm(
                            String.valueOf((char) ('a' + index)),
                            models.get(index),
                            weights[index]));
        }
        return new RoutePlan(Kind.SPLIT, cameras, arms, 0);
    }

    /** A model whose answers count and one that is compared with it. */
    public static RoutePlan paired(String cameras, ModelReference primary, ModelReference shadow) {
        return new RoutePlan(
                Kind.PAIRED,
                cameras,
                List.of(new RouteArm(PRIMARY_ARM, primary, 1), new RouteArm(SHADOW_ARM, shadow, 1)),
                0);
    }

    /** A model for every frame and one for those whose margin is below the threshold. */
    public static RoutePlan cascade(
            String cameras, ModelReference screen, ModelReference escalated, float margin) {
        return new RoutePlan(
                Kind.CASCADE,
                cameras,
                List.of(
                        new RouteArm(SCREEN_ARM, screen, 1),
                        new RouteArm(ESCALATED_ARM, escalated, 1)),
                margin);
    }

    /** All models of the route. */
    public List<ModelReference> models() {
        return arms.stream().map(RouteArm::model).toList();
    }
}
