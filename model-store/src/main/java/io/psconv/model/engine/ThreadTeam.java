package io.psconv.model.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs work that is a sequence of phases of parts on the calling thread and, as far as they come,
 * on threads of an executor.
 *
 * <p>The caller never waits for a thread to start: whoever is there takes the next part, and a
 * phase begins when the parts of the one before have ended. So any executor will do, a busy one
 * too, or one that refuses tasks.
 */
final class ThreadTeam {
    /** Work of some phases. */
    interface Work {
        int phases();

        void run(int phase, int part);
    }

    private static final int PART_BITS = 16;
    private static final int PHASE_BITS = 24;
    private static final long PHASE_MASK = (1L << PHASE_BITS) - 1;
    private static final long PART_MASK = (1L << PART_BITS) - 1;

    /** Some fifty microseconds: longer than phases differ by while each thread has a core. */
    private static final int SPINS = 2000;

    private final Executor executor;
    private final int parts;
    private final Work work;
    private final Runnable helper = this::begin;

    /** Number of the run, its phase, the next part of it: one word, so that parts go once. */
    private final AtomicLong state = new AtomicLong();

    private final AtomicInteger ended = new AtomicInteger();

    /** Helpers that the executor has taken and not begun. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * Makes a team for some work.
     *
     * @param parts parts of every phase, and threads that take them, the caller's among them
     */
    ThreadTeam(Executor executor, int parts, Work work) {
        this.executor = executor;
        this.parts = parts;
        this.work = work;
        // No run is going on: its phase is past the last.
        state.set(PHASE_MASK << PART_BITS);
    }

    /** Runs all phases; ends when they have. */
    void run() {
        failure.set(null);
        long run = (state.get() >>> (PART_BITS + PHASE_BITS)) + 1;
        state.set(run << (PART_BITS + PHASE_BITS));
        try {
            callHelpers();
        } finally {
            // Whatever the executor does: others may be at work already.
            help();
        }
        rethrow();
    }

    /** Those of earlier runs that have not begun yet will come to this one. */
    private void callHelpers() {
        for (int other = waiting.get() + 1; other < parts; other++) {
            waiting.incrementAndGet();
            try {
                executor.execute(helper);
            } catch (RejectedExecutionException e) {
                // Nobody comes, then: the work is done without.
                waiting.decrementAndGet();
                return;
            }
        }
    }

    private void begin() {
        waiting.decrementAndGet();
        help();
    }

    private void rethrow() {
        @Nullable Throwable thrown = failure.get();
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
    }

    /** Takes parts until the run has ended. */
    private void help() {
        int spins = 0;
        while (true) {
            long seen = state.get();
            int phase = (int) (seen >>> PART_BITS & PHASE_MASK);
            int part = (int) (seen & PART_MASK);
            if (phase == PHASE_MASK) {
                return;
            }
            if (part == parts) {
                pause(spins++);
            } else if (state.compareAndSet(seen, seen + 1)) {
                spins = 0;
                runPart(phase, part);
                if (ended.incrementAndGet() == parts) {
                    ended.set(0);
                    boolean more = phase + 1 < work.phases() && failure.get() == null;
                    long next = more ? phase + 1 : PHASE_MASK;
                    long run = seen >>> (PART_BITS + PHASE_BITS);
                    state.set(run << (PART_BITS + PHASE_BITS) | next << PART_BITS);
                }
            }
        }
    }

    /** Whoever has the last part may be waiting for a core. */
    @SuppressWarnings("ThreadPriorityCheck") // It only shortens waiting; nothing relies on it.
    private static void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    /** Whatever a part throws must end the run on the caller's thread, not hang it. */
    private void runPart(int phase, int part) {
        try {
            work.run(phase, part);
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }
}
