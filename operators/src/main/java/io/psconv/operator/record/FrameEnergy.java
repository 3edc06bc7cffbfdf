package io.psconv.operator.record;

/**
 * The energy that a frame is charged with.
 *
 * @param joules this frame's share; never negative
 * @param source where the figure comes from: {@code rapl}, or {@code modelled}; the two are never
 *     mixed in one series
 * @param window number of the closed energy window whose rate was used; 0 for a modelled figure
 * @param errorJoules bound of the error of {@code joules}; 0 for a modelled figure, which has none
 */
public record FrameEnergy(double joules, String source, long window, double errorJoules) {
    /** Both charges together, by the later window. */
    public FrameEnergy plus(FrameEnergy other) {
        if (!source.equals(other.source)) {
            throw new IllegalArgumentException(
                    "sources were '"
                            + source
                            + "' and '"
                            + other.source
                            + "' but energy is never added across sources");
        }
        return new FrameEnergy(
                joules + other.joules,
                source,
                Math.max(window, other.window),
                errorJoules + other.errorJoules);
    }
}
