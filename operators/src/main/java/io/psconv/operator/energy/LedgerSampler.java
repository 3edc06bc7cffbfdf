package io.psconv.operator.energy;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ticks a ledger from a daemon thread until closed. */
public final class LedgerSampler implements AutoCloseable {
    private final EnergyLedger ledger;
    private final ScheduledExecutorService executor;

    /**
     * Starts to tick.
     *
     * @throws IllegalArgumentException if the interval is not positive
     */
    public LedgerSampler(EnergyLedger ledger, Duration interval) {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "interval was " + interval + " but it must be positive");
        }
        this.ledger = ledger;
        this.executor = Executors.newSingleThreadScheduledExecutor(LedgerSampler::daemon);
        var unused =
                executor.scheduleWithFixedDelay(
                        ledger::tick, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Ends the ticking and settles the ledger: the last window is handed on before this returns.
     */
    @Override
    public void close() {
        // No interrupt: it would fail a reading under way and look like a lost meter.
        executor.shutdown();
        ledger.settle();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "energy-ledger");
        thread.setDaemon(true);
        return thread;
    }
}
