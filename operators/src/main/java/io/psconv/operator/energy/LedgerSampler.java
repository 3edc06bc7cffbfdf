package io.psconv.operator.energy;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ticks windows from a daemon thread until closed. */
public final class LedgerSampler implements AutoCloseable {
    private final WindowKeeper windows;
    private final ScheduledExecutorService executor;

    /**
     * Starts to tick.
     *
     * @throws IllegalArgumentException if the interval is not positive
     */
    public LedgerSampler(WindowKeeper windows, Duration interval) {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "interval was " + interval + " but it must be positive");
        }
        this.windows = windows;
        this.executor = Executors.newSingleThreadScheduledExecutor(LedgerSampler::daemon);
        var unused =
                executor.scheduleWithFixedDelay(
                        windows::tick, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the ticking and settles the windows: the last one is handed on before this returns. */
    @Override
    public void close() {
        // No interrupt: it would fail a reading under way and look like a lost meter.
        executor.shutdown();
        windows.settle();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "energy-ledger");
        thread.setDaemon(true);
        return thread;
    }
}
