package io.psconv.bench.pipeline;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What came of a load with bursts.
 *
 * @param sustainable records a second that the load was made from
 * @param quiet latencies before the first burst, its first quarter left out, milliseconds
 * @param burst latencies of records due in bursts
 * @param recoveries by burst: seconds from its end until records were answered as quickly as before
 *     the first one; null if they were not until the next burst, or the end
 */
record BurstFigures(
        double sustainable, Histogram quiet, Histogram burst, List<@Nullable Double> recoveries) {
    /** Records due within so long are judged together. */
    private static final long WINDOW_MILLIS = 500;

    /** The median of a window is to be below this percentile of the quiet time's latencies. */
    private static final double QUIET_PERCENTILE = 95;

    /**
     * Works them out.
     *
     * @param answers to all records of the load
     * @param startMillis when the first of them was due
     */
    static BurstFigures of(
            Bursts bursts, double sustainable, List<Seen> answers, long startMillis) {
        Histogram quiet = new Histogram(LoadPoint.DIGITS);
        Histogram burst = new Histogram(LoadPoint.DIGITS);
        long firstQuiet = Math.round(bursts.quiet().toMillis() * LoadPoint.SETTLING);
        for (Seen answer : answers) {
            long due = answer.dueMillis() - startMillis;
            if (bursts.isBurst(due * 1_000_000)) {
                burst.recordValue(answer.latencyMillis());
            } else if (due >= firstQuiet && due < bursts.quiet().toMillis()) {
                quiet.recordValue(answer.latencyMillis());
            }
        }
        List<@Nullable Double> recoveries = new ArrayList<>();
        long calm = Math.max(1, quiet.getValueAtPercentile(QUIET_PERCENTILE));
        Map<Long, Histogram> windows = windows(answers, startMillis);
        for (int cycle = 0; cycle < bursts.cycles(); cycle++) {
            recoveries.add(recovery(bursts, cycle, windows, calm));
        }
        return new BurstFigures(sustainable, quiet, burst, recoveries);
    }

    /** Latencies by the window that a record was due in. */
    private static Map<Long, Histogram> windows(List<Seen> answers, long startMillis) {
        Map<Long, Histogram> windows = new HashMap<>();
        for (Seen answer : answers) {
            windows.computeIfAbsent(
                            (answer.dueMillis() - startMillis) / WINDOW_MILLIS,
                            window -> new Histogram(LoadPoint.DIGITS))
                    .recordValue(answer.latencyMillis());
        }
        return windows;
    }

    private static @Nullable Double recovery(
            Bursts bursts, int cycle, Map<Long, Histogram> windows, long calmMillis) {
        long end = bursts.endOf(cycle) / 1_000_000;
        long first = (end + WINDOW_MILLIS - 1) / WINDOW_MILLIS;
        long behind = (end + bursts.quiet().toMillis()) / WINDOW_MILLIS;
        for (long window = first; window < behind; window++) {
            Histogram latencies = windows.get(window);
            if (latencies != null && latencies.getValueAtPercentile(50) <= calmMillis) {
                return (window * WINDOW_MILLIS - end) / 1e3;
            }
        }
        return null;
    }

    /** Of several rounds. */
    static @Nullable BurstFigures together(List<BurstFigures> rounds) {
        if (rounds.isEmpty()) {
            return null;
        }
        Histogram quiet = new Histogram(LoadPoint.DIGITS);
        Histogram burst = new Histogram(LoadPoint.DIGITS);
        List<@Nullable Double> recoveries = new ArrayList<>();
        for (BurstFigures round : rounds) {
            quiet.add(round.quiet);
            burst.add(round.burst);
            recoveries.addAll(round.recoveries);
        }
        double[] rates = rounds.stream().mapToDouble(BurstFigures::sustainable).sorted().toArray();
        return new BurstFigures(rates[rates.length / 2], quiet, burst, recoveries);
    }

    /** The median over bursts that were recovered from; null if none was. */
    @Nullable Double medianRecovery() {
        double[] known =
                recoveries.stream()
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .sorted()
                        .toArray();
        return known.length == 0 ? null : known[known.length / 2];
    }
}
