package io.psconv.bench.energy;

/**
 * What the committed frames of one model or camera had.
 *
 * @param frames those with a charge
 * @param chargedJoules sum of their charges, as their records have them
 * @param drawnJoules what they had by the rates of the windows they were worked on in; less than
 *     all of it where such a window is missing
 */
public record EnergyShare(long frames, double chargedJoules, double drawnJoules) {
    /** Joules a frame by its own window's rate. */
    public double joulesPerFrame() {
        return frames == 0 ? 0 : drawnJoules / frames;
    }
}
