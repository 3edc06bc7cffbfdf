package io.psconv.bench.pipeline;

import java.time.Duration;
import java.util.Arrays;

/**
 * A load that lies below what a system sustains for a while, then above it, over and over.
 *
 * <p>Crayfish's bursty workload (Horchidan et al., EDBT 2024): 70 % of the sustainable throughput
 * for two minutes, then 110 % for 30 seconds. Unlike {@link Arrivals#BURST}, a burst lasts so many
 * seconds whatever the rate, and brings more than the system can take.
 *
 * @param quiet time before each burst
 * @param burst its length
 * @param cycles how often, at least 1
 */
public record Bursts(Duration quiet, Duration burst, int cycles) {
    /** Of the sustainable throughput, between bursts. */
    public static final double QUIET_SHARE = 0.7;

    /** Of the sustainable throughput, in a burst. */
    public static final double BURST_SHARE = 1.1;

    public static final Duration QUIET = Duration.ofMinutes(2);
    public static final Duration BURST = Duration.ofSeconds(30);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST_CYCLES = 100;

    public Bursts {
        check("--burst-every", quiet);
        check("--burst-length", burst);
        if (cycles < 1 || cycles > MOST_CYCLES) {
            throw new IllegalArgumentException(
                    "--bursts was '" + cycles + "' but it must be between 0 and " + MOST_CYCLES);
        }
    }

    private static void check(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name
                            + " was '"
                            + value.toMillis() / 1e3
                            + " s' but it must be between 1 s and 10 min");
        }
    }

    /**
     * Length of the whole load: each burst, with a quiet time before it and one behind the last.
     */
    public Duration length() {
        return quiet.plus(burst).multipliedBy(cycles).plus(quiet);
    }

    /**
     * When records are due.
     *
     * @param sustainable records a second
     * @return nanoseconds from the start, ascending; the first is 0
     */
    public long[] schedule(double sustainable) {
        if (!(sustainable > 0)) {
            throw new IllegalArgumentException(
                    "rate was '" + sustainable + "' but it must be above 0 records/s");
        }
        double end = length().toNanos();
        double expected = sustainable * BURST_SHARE * end / 1e9 + 2;
        long[] due = new long[Math.toIntExact((long) expected)];
        int count = 0;
        for (double at = 0; Math.round(at) < end && count < due.length; count++) {
            due[count] = Math.round(at);
            at += 1e9 / (sustainable * share(due[count]));
        }
        return Arrays.copyOf(due, count);
    }

    private double share(long nanos) {
        return isBurst(nanos) ? BURST_SHARE : QUIET_SHARE;
    }

    /** Whether a moment, from the start, lies in a burst. */
    boolean isBurst(long nanos) {
        return nanos % cycle() >= quiet.toNanos() && nanos / cycle() < cycles;
    }

    /** When a burst ends, in nanoseconds from the start. */
    long endOf(int cycle) {
        return (cycle + 1) * cycle();
    }

    private long cycle() {
        return quiet.plus(burst).toNanos();
    }
}
