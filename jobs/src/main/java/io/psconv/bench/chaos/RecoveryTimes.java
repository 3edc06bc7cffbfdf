package io.psconv.bench.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long after each kill results came again.
 *
 * <p>From the kill until {@code read_committed} showed the first classification of a frame that was
 * due after it. Times of kills that come in one breath overlap. Thread-safe.
 */
final class RecoveryTimes {
    private final List<Long> waiting = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();

    /** Says that a process was killed. */
    synchronized void killed(long nowMillis) {
        waiting.add(nowMillis);
    }

    /** Says that the classification of a frame became visible. */
    synchronized void visible(long frameMillis, long nowMillis) {
        waiting.removeIf(
                killed -> {
                    boolean recovered = frameMillis >= killed;
                    if (recovered) {
                        seconds.add((nowMillis - killed) / 1e3);
                    }
                    return recovered;
                });
    }

    /** Kills after which results came again. */
    synchronized int recovered() {
        return seconds.size();
    }

    /** The middle one, the lower of two; 0 without any. */
    synchronized double median() {
        double[] sorted = sorted();
        return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
    }

    /** The longest one; 0 without any. */
    synchronized double longest() {
        double[] sorted = sorted();
        return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    }

    private double[] sorted() {
        double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
