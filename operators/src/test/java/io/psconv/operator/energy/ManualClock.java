package io.psconv.operator.energy;

/** Shows what the test says. */
final class ManualClock implements LedgerClock {
    private long nanos = 7_000_000_000L;
    private long setBackMillis;

    synchronized void pass(double seconds) {
        nanos += Math.round(seconds * 1e9);
    }

    /** Sets the clock of dates back, not the other one. */
    synchronized void setBack(long millis) {
        setBackMillis = millis;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    /** A million seconds at nano time 0. */
    @Override
    public synchronized long epochMillis() {
        return 1_000_000_000L + nanos / 1_000_000 - setBackMillis;
    }
}
