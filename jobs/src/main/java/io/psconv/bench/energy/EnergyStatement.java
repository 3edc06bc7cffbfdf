package io.psconv.bench.energy;

import java.util.List;

/**
 * What windows and classifications come to.
 *
 * @param sources one for each source, by name
 * @param frames committed frames, each counted once
 * @param repeatedFrames records of a frame that had one already; what they had counts as repeated
 * @param unchargedFrames frames whose record has no energy
 * @param unreadableFrames records that are no classification
 * @param windows windows, each counted once
 * @param repeatedWindows windows that came again, the same
 * @param contradictoryWindows windows that came again and differed
 * @param unreadableWindows records that are no window, or one whose parts are not its whole
 * @param excessJoules by how much committed frames had more than the windows of their ledger know
 */
public record EnergyStatement(
        List<SourceStatement> sources,
        long frames,
        long repeatedFrames,
        long unchargedFrames,
        long unreadableFrames,
        long windows,
        long repeatedWindows,
        long contradictoryWindows,
        long unreadableWindows,
        double excessJoules) {
    /** Whether nothing contradicts anything else. */
    public boolean addsUp() {
        return excessJoules == 0 && contradictoryWindows == 0 && unreadableWindows == 0;
    }
}
