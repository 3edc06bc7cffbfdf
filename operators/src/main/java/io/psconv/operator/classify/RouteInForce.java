package io.psconv.operator.classify;

import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RouteArm;
import io.psconv.operator.record.RoutePlan;

/**
 * The way a frame takes.
 *
 * @param route name of the route
 * @param plan what it does at the frame's event time
 */
record RouteInForce(String route, RoutePlan plan) {
    /** The arm that classifies a frame first: of a split route the one its identity falls to. */
    RouteArm firstArm(FrameId frame) {
        if (plan.kind() != RoutePlan.Kind.SPLIT) {
            return plan.arms().get(0);
        }
        long total = 0;
        for (RouteArm arm : plan.arms()) {
            total += arm.weight();
        }
        long place = Math.floorMod(hash(frame), total);
        for (RouteArm arm : plan.arms()) {
            place -= arm.weight();
            if (place < 0) {
                return arm;
            }
        }
        throw new IllegalStateException("no arm of " + plan + " has place " + place);
    }

    RouteArm secondArm() {
        return plan.arms().get(1);
    }

    boolean isCascade() {
        return plan.kind() == RoutePlan.Kind.CASCADE;
    }

    boolean isPaired() {
        return plan.kind() == RoutePlan.Kind.PAIRED;
    }

    /**
     * The same for a frame in every JVM, and even over consecutive offsets. Mixing as in Steele et
     * al., Fast Splittable Pseudorandom Number Generators, OOPSLA 2014 (variant 13 of Stafford).
     */
    private static long hash(FrameId frame) {
        long bits = frame.topic().hashCode() * 31L + frame.partition();
        bits = bits * 0x9e3779b97f4a7c15L + frame.offset();
        bits = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ bits >>> 27) * 0x94d049bb133111ebL;
        return bits ^ bits >>> 31;
    }
}
