package io.psconv.job.kafka;

import org.jspecify.annotations.Nullable;

/** A frame's time as Kafka's producer takes it. */
final class RecordTimestamp {
    private RecordTimestamp() {}

    /** The time, or null, which is the producer's own clock, for a record written without one. */
    static @Nullable Long of(long timestampMillis) {
        return timestampMillis < 0 ? null : timestampMillis;
    }
}
