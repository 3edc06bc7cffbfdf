package io.psconv.bench.chaos;

import io.psconv.operator.record.RejectionReason;
import org.jspecify.annotations.Nullable;

/**
 * A frame that the load sent, or is about to.
 *
 * @param number from 0, in the order of sending
 * @param camera the record's key
 * @param timestampMillis the record's timestamp, milliseconds since 1970
 * @param picture which picture a good frame shows
 * @param fault why it must be rejected; null for a good frame
 */
record SentFrame(
        int number,
        String camera,
        long timestampMillis,
        int picture,
        @Nullable RejectionReason fault) {}
