package io.psconv.job.options;

import io.psconv.job.kafka.ClassificationFormat;
import java.time.Duration;

/**
 * What a classification says and how, and which frames get none.
 *
 * @param format how it is written
 * @param topK best classes listed
 * @param confidenceThreshold probability below which the label is {@code unknown}
 * @param maxClockAhead how far ahead of this machine's clock a capture time may be
 */
public record AnswerOptions(
        ClassificationFormat format,
        int topK,
        double confidenceThreshold,
        Duration maxClockAhead) {}
