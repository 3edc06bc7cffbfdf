package io.psconv.bench.engine;

import io.psconv.model.pattern.Variant;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is measured, and how long.
 *
 * @param networks one after another
 * @param variants of our engine; the dense peers run dense networks only
 * @param engines names of the engines to take, see {@link Contenders#NAMES}
 * @param threads that an engine computes with; each number makes candidates of its own
 * @param batches images classified at once
 * @param rounds slices of each candidate
 * @param slice how long a candidate runs in a round
 * @param warmup how long it runs before the first round
 */
public record BenchPlan(
        List<BenchNetwork> networks,
        List<Variant> variants,
        Set<String> engines,
        List<Integer> threads,
        List<Integer> batches,
        int rounds,
        Duration slice,
        Duration warmup) {
    private static final int MOST_BATCH = 1024;
    private static final int MOST_THREADS = 1024;
    private static final int MOST_ROUNDS = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    public BenchPlan {
        networks = distinct("network", networks);
        variants = distinct("variants", variants);
        batches = distinct("batches", batches);
        threads = distinct("threads", threads);
        engines = Set.copyOf(engines);
        Set<String> unknown = new TreeSet<>(engines);
        Contenders.NAMES.forEach(unknown::remove);
        if (engines.isEmpty() || !unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "engines were " + engines + " but they must be some of " + Contenders.NAMES);
        }
        for (int batch : batches) {
            check("batch", batch, MOST_BATCH);
        }
        for (int each : threads) {
            check("threads", each, MOST_THREADS);
        }
        check("rounds", rounds, MOST_ROUNDS);
        check("slice", slice);
        check("warmup", warmup);
    }

    /** The largest number of threads. */
    int mostThreads() {
        return Collections.max(threads);
    }

    private static <T> List<T> distinct(String name, List<T> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(name + " was empty but there must be at least one");
        }
        return values.stream().distinct().toList();
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be between 1 and " + most);
        }
    }

    private static void check(String name, Duration value) {
        if (value.isZero() || value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be above 0 and at most " + LONGEST);
        }
    }
}
