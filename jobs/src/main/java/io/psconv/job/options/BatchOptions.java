package io.psconv.job.options;

import java.time.Duration;

/**
 * How frames are gathered before the network sees them.
 *
 * @param maxSize frames classified at once
 * @param maxDelay how long the oldest frame waits for a batch to fill
 * @param deadline how long after its capture a frame is to be classified; zero for no deadline
 * @param late what becomes of frames past it
 * @param maxBufferedBytes bytes of frames that wait in one subtask before it takes no more
 */
public record BatchOptions(
        int maxSize, Duration maxDelay, Duration deadline, Late late, long maxBufferedBytes) {
    /** What becomes of frames past their deadline. */
    public enum Late {
        /** They are classified, and their record says so. */
        FLAG,
        /** They are rejected. */
        DROP;

        @Override
        public String toString() {
            return NamedChoice.of(this);
        }
    }
}
