package io.psconv.operator.energy;

/** The two clocks of a ledger. */
public interface LedgerClock {
    /** The machine's own. */
    LedgerClock SYSTEM =
            new LedgerClock() {
                @Override
                public long nanoTime() {
                    return System.nanoTime();
                }

                @Override
                public long epochMillis() {
                    return System.currentTimeMillis();
                }
            };

    /** As {@link System#nanoTime}: never set, of no date. */
    long nanoTime();

    /** Milliseconds since 1970 UTC; may be set back. */
    long epochMillis();
}
