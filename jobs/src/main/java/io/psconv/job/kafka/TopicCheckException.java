package io.psconv.job.kafka;

import org.jspecify.annotations.Nullable;

/** Kafka does not answer, or lacks a topic; the message says what to do. */
public final class TopicCheckException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TopicCheckException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
