package io.psconv.job.options;

import java.time.Duration;

/**
 * What a classification says, and which frames get none.
 *
 * @param topK best classes listed
 * @param confidenceThreshold probability below which the label is {@code unknown}
 * @param maxClockAhead how far ahead of this machine's clock a capture time may be
 */
public record AnswerOptions(int topK, double confidenceThreshold, Duration maxClockAhead) {}
