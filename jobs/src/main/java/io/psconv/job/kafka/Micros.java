package io.psconv.job.kafka;

/** Times as records give them, in microseconds. */
final class Micros {
    private static final int NANOS_PER_MICRO = 1000;

    private Micros() {}

    static long of(long nanos) {
        return Math.round(nanos / (double) NANOS_PER_MICRO);
    }

    static long toNanos(long micros) {
        return micros * NANOS_PER_MICRO;
    }
}
