package io.psconv.operator.node;

import io.psconv.operator.record.ModelIdentity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Runs a model before its first frame, so that none waits for the compiler.
 *
 * <p>The first subtask of this process that uses a model does so until it gets no faster, while
 * others that use the same wait; they, and all later ones, run it once, over memory of their own.
 * What was run is known as long as the compiled code is: both go with their classes. Thread-safe.
 */
public final class WarmUp {
    private static final int LEAST_PASSES = 3;

    /** Passes over small networks are so short that three compile nothing. */
    private static final long LEAST_NANOS = 100_000_000;

    /** No start, and no swap of models, shall take longer. */
    private static final long MOST_NANOS = 2_000_000_000;

    /** A pass that takes a larger share of the shortest one's time got no faster. */
    private static final double FASTER = 0.9;

    private static final Map<Work, WarmUp> KNOWN = new ConcurrentHashMap<>();

    private final LongSupplier nanos;
    private boolean done;

    /**
     * Nothing has run yet.
     *
     * @param nanos a clock
     */
    WarmUp(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private record Work(ModelIdentity model, int maxBatch) {}

    /**
     * Warms a model up.
     *
     * @param pass classifies batches of all sizes that have plans of their own, up to {@code
     *     maxBatch} images
     */
    public static void run(ModelIdentity model, int maxBatch, Runnable pass) {
        KNOWN.computeIfAbsent(new Work(model, maxBatch), work -> new WarmUp(System::nanoTime))
                .run(pass);
    }

    void run(Runnable pass) {
        if (!isFirst(pass)) {
            pass.run();
        }
    }

    private synchronized boolean isFirst(Runnable pass) {
        if (done) {
            return false;
        }
        repeat(pass);
        done = true;
        return true;
    }

    private void repeat(Runnable pass) {
        long start = nanos.getAsLong();
        long last = start;
        long shortest = Long.MAX_VALUE;
        boolean faster = true;
        for (int passes = 0; faster || passes < LEAST_PASSES || last - start < LEAST_NANOS; ) {
            pass.run();
            passes++;
            long now = nanos.getAsLong();
            if (now - start >= MOST_NANOS) {
                return;
            }
            faster = now - last < FASTER * shortest;
            shortest = Math.min(shortest, now - last);
            last = now;
        }
    }
}
