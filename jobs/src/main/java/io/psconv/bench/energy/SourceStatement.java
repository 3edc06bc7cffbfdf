package io.psconv.bench.energy;

import java.util.List;
import java.util.Map;

/**
 * Where the energy of one source went: {@code joules = idle + unattributed + attributed} and {@code
 * attributed = committed + before the first rate + repeated}.
 *
 * @param source as the records have it; sources are never added up
 * @param measured whether a counter said so; otherwise idle, unattributed and all bounds are 0
 * @param windows how many, each counted once
 * @param missingWindows numbers skipped between a ledger's first and last window
 * @param ledgers how many
 * @param hosts their machines
 * @param seconds sum of the windows' lengths
 * @param joules drawn, by what each ledger saw
 * @param idleJoules part of it
 * @param unattributedJoules part of it
 * @param attributedJoules part of it
 * @param committedJoules what committed frames had, each by its own window's rate
 * @param unchargedJoules of windows before a measured ledger had a rate; their frames carry no
 *     charge, so whether they were committed cannot be told
 * @param repeatedJoules of frames that were worked on and not committed: repeated after a failure,
 *     or not committed yet; negative if more was committed than windows know of
 * @param repeatedErrorJoules bound of its error
 * @param frames committed frames with a charge
 * @param chargedJoules sum of their charges, as their records have them
 * @param chargedErrorJoules bound of its error
 * @param strayFrames those whose window is not in the topic: not closed yet, or lost with its
 *     process; they are among {@code frames} and not in {@code committedJoules}
 * @param strayJoules sum of their charges
 * @param sharedHosts hosts on which several ledgers counted at once, so that drawn, idle and
 *     unattributed joules there count the host more than once; attributed ones do not
 * @param models by name and version
 * @param cameras by key
 */
public record SourceStatement(
        String source,
        boolean measured,
        long windows,
        long missingWindows,
        int ledgers,
        List<String> hosts,
        double seconds,
        double joules,
        double idleJoules,
        double unattributedJoules,
        double attributedJoules,
        double committedJoules,
        double unchargedJoules,
        double repeatedJoules,
        double repeatedErrorJoules,
        long frames,
        double chargedJoules,
        double chargedErrorJoules,
        long strayFrames,
        double strayJoules,
        List<String> sharedHosts,
        Map<String, EnergyShare> models,
        Map<String, EnergyShare> cameras) {}
