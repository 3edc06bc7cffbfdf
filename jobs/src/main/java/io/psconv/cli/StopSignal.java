package io.psconv.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command that Ctrl-C was pressed, and gives it time to end.
 *
 * <p>Between making and closing one, an interrupt or termination signal does not end the JVM at
 * once: {@link #isStopped} turns true, waits end, and the JVM ends when the command has closed
 * this, or after 15 s unless told otherwise.
 */
public final class StopSignal implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "psconv-stop");

    private final Duration grace;

    /** Starts to listen. */
    public StopSignal() {
        this(GRACE);
    }

    /**
     * Starts to listen, for a command that has more to tidy up.
     *
     * @param grace after which the JVM ends whatever the command does
     */
    public StopSignal(Duration grace) {
        this.grace = grace;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stopAndWait() {
        stop();
        try {
            closed.await(grace.toMillis(), TimeUnit.MILLISECONDS);
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
