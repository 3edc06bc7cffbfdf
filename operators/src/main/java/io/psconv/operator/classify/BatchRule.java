package io.psconv.operator.classify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When decoded frames are classified although their batch has room for more: when the oldest has
 * waited long enough, when it would miss its deadline otherwise, or when they hold too many bytes.
 *
 * <p>Any clock in milliseconds will do, as long as it is the same one in all calls; a deadline asks
 * for that of capture times.
 *
 * @param maxDelay how long a frame may wait for others; zero for not at all
 * @param maxBytes payload bytes that may wait
 * @param deadline how long after its capture a frame is to be classified, or null for none
 */
record BatchRule(Duration maxDelay, long maxBytes, @Nullable Duration deadline) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    static BatchRule of(ClassifySettings settings) {
        return new BatchRule(
                settings.maxBatchDelay(), settings.maxBufferBytes(), settings.deadline());
    }

    /** Whether nothing may wait any longer, however young it is. */
    boolean allowsNoWait(long heldBytes) {
        return heldBytes > maxBytes || maxDelay.isZero();
    }

    /** Whether a frame is past its deadline. */
    boolean isLate(long nowMillis, long capturedMillis) {
        return deadline != null && nowMillis > capturedMillis + deadline.toMillis();
    }

    /**
     * When a frame that arrives now is to be classified at the latest; before {@code nowMillis} if
     * its deadline cannot be met.
     *
     * @param serviceNanos what everything that waits will take, as far as it is known
     */
    long dueMillis(long nowMillis, long capturedMillis, long serviceNanos) {
        long due = nowMillis + maxDelay.toMillis();
        if (deadline == null || isLate(nowMillis, capturedMillis)) {
            return due;
        }
        long serviceMillis = (serviceNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        return Math.min(due, capturedMillis + deadline.toMillis() - serviceMillis);
    }
}
