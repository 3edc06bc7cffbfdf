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
public record FrameEnergy(double joules, String source, long window, double errorJoules) {}
