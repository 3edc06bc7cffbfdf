package io.psconv.bench.engine;

/** Takes part in every round for a slice of time. */
interface Entrant {
    /** Runs without measuring, for about so long. */
    void warmUp(long nanos);

    /** Runs for about so long and keeps what was measured. */
    void runSlice(long nanos);
}
