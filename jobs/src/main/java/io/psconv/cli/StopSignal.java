package io.psconv.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command that Ctrl-C was pressed, and gives it time to end.
 *
 * <p>Between making and closing one, an interrupt or termination signal does not end the JVM at
 * once: {@link #isStopped} turns true, waits end, and the JVM ends when the command has closed
 * this, or after 15 s.
 */
public final class StopSignal implements AutoCloseable {
    private static final int GRACE_SECONDS = 15;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "psconv-stop");

    /** Starts to listen. */
    public StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stopAndWait() {
        stop();
        try {
            closed.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what Ctrl-C does, but for ending the JVM. */
    public void stop() {
        stopped.countDown();
    }

    /** Whether the command is to end. */
    public boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /**
     * Waits until a moment of {@link System#nanoTime}, or until stopped.
     *
     * @return whether stopped
     */
    public boolean awaitUntil(long nanoTime) throws InterruptedException {
        return stopped.await(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Waits until stopped. */
    public void await() throws InterruptedException {
        stopped.await();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already, by this very hook: nothing to remove.
            stopped.countDown();
        }
    }
}
