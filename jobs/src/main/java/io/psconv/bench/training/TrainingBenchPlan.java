package io.psconv.bench.training;

import io.psconv.bench.engine.BenchNetwork;
import io.psconv.model.pattern.Variant;
import java.util.List;

/**
 * What is trained for measuring, and how often.
 *
 * @param networks one after another
 * @param variants of our engine; the dense peer does the same work at each and runs once
 * @param engines names of training engines
 * @param threads that an engine computes with
 * @param batch images of a step
 * @param rounds turns of each candidate
 * @param steps measured in a turn
 * @param warmup steps before the first round
 */
public record TrainingBenchPlan(
        List<BenchNetwork> networks,
        List<Variant> variants,
        List<String> engines,
        int threads,
        int batch,
        int rounds,
        int steps,
        int warmup) {
    private static final int MOST_BATCH = 4096;
    private static final int MOST_THREADS = 1024;
    private static final int MOST_ROUNDS = 10_000;

    public TrainingBenchPlan {
        networks = distinct("network", networks);
        variants = distinct("variants", variants);
        engines = distinct("engines", engines);
        check("threads", threads, MOST_THREADS);
        check("batch", batch, MOST_BATCH);
        check("rounds", rounds, MOST_ROUNDS);
        check("steps", steps, MOST_ROUNDS);
        check("warmup", warmup, MOST_ROUNDS);
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
}
