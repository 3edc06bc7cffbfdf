package io.psconv.operator.classify;

import org.jspecify.annotations.Nullable;

/** Where batches of the engine {@code gated} stop while it is shut. */
final class Gate {
    private static final Object LOCK = new Object();

    private static boolean shut;
    private static int waiting;
    private static @Nullable String failure;

    private Gate() {}

    static void shut() {
        synchronized (LOCK) {
            shut = true;
        }
    }

    /** Lets batches through, those to come too. */
    static void open() {
        synchronized (LOCK) {
            shut = false;
            failure = null;
            LOCK.notifyAll();
        }
    }

    /** Lets batches fail, those to come too, until it is opened. */
    static void fail(String reason) {
        synchronized (LOCK) {
            shut = false;
            failure = reason;
            LOCK.notifyAll();
        }
    }

    /** Waits until a batch stands before the gate. */
    static void awaitBatch() throws InterruptedException {
        synchronized (LOCK) {
            while (waiting == 0) {
                LOCK.wait();
            }
        }
    }

    static void pass() {
        synchronized (LOCK) {
            waiting++;
            LOCK.notifyAll();
            try {
                while (shut) {
                    LOCK.wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted before the gate", e);
            } finally {
                waiting--;
            }
            if (failure != null) {
                throw new IllegalArgumentException(failure);
            }
        }
    }
}
