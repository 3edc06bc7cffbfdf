package io.psconv.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * What was aimed at.
 *
 * @param unit of value and goal; empty for a ratio
 * @param atMost whether the value may not exceed the goal; otherwise it may not fall below
 * @param value null if it was not measured
 * @param reached null if it was not measured
 * @param cell where it was measured; null for the whole run
 */
public record RunGoal(
        String name,
        String unit,
        double goal,
        boolean atMost,
        @Nullable Double value,
        @Nullable Boolean reached,
        @Nullable String cell) {
    /** Values are written rounded: nearer than this share of the goal, both answers can be true. */
    private static final double ROUNDING = 0.005;

    /**
     * @throws IllegalArgumentException if a figure is not finite, or {@code reached} contradicts
     *     the value
     */
    public RunGoal {
        Require.text("name", name);
        Require.atLeast("goal", goal, 0);
        Require.atLeastIfKnown("value", value, 0);
        if ((value == null) != (reached == null)) {
            throw Require.wrong(
                    "reached", String.valueOf(reached), "given where value is, and only there");
        }
        if (value != null && reached != null) {
            boolean keeps = atMost ? value <= goal : value >= goal;
            if (keeps != reached && Math.abs(value - goal) > ROUNDING * goal) {
                throw Require.wrong(
                        "reached", reached, keeps + " for value " + value + " and goal " + goal);
            }
        }
    }
}
