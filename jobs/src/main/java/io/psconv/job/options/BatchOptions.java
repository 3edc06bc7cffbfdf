package io.psconv.job.options;

import java.time.Duration;

/**
 * How frames are gathered before the network sees them.
 *
 * @param maxSize frames classified at once
 * @param maxDelay how long the oldest frame waits for a batch to fill
 * @param maxBufferedBytes bytes of frames that wait in one subtask before it takes no more
 */
public record BatchOptions(int maxSize, Duration maxDelay, long maxBufferedBytes) {}
