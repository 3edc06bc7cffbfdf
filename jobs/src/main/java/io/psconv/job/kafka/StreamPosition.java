package io.psconv.job.kafka;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/**
 * Where to start or to stop reading a topic.
 *
 * @param kind how the place is given
 * @param timestampMillis for {@link Kind#TIMESTAMP}: the first record of this time or later,
 *     milliseconds since 1970 UTC; otherwise 0
 */
public record StreamPosition(Kind kind, long timestampMillis) {
    /** How a place is given. */
    public enum Kind {
        /** The oldest record that Kafka still has. */
        EARLIEST,
        /** The end, as it is when the job starts. */
        LATEST,
        /** Where the consumer group has come to; the oldest record where it has not been. */
        COMMITTED,
        /** The first record of a time or later. */
        TIMESTAMP
    }

    /**
     * Reads where to start: {@code earliest}, {@code latest}, {@code committed}, or a time.
     *
     * @param key option to name in errors
     * @param text a time is in milliseconds since 1970 UTC or ISO 8601 with a zone
     */
    public static StreamPosition parseStart(String key, String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "earliest" -> new StreamPosition(Kind.EARLIEST, 0);
            case "latest" -> new StreamPosition(Kind.LATEST, 0);
            case "committed" -> new StreamPosition(Kind.COMMITTED, 0);
            default -> timestamp(key, text, "earliest, latest, committed or a time");
        };
    }

    /**
     * Reads where to stop: {@code latest}, or a time.
     *
     * @param key option to name in errors
     * @param text a time is in milliseconds since 1970 UTC or ISO 8601 with a zone
     */
    public static StreamPosition parseStop(String key, String text) {
        if (text.strip().toLowerCase(Locale.ROOT).equals("latest")) {
            return new StreamPosition(Kind.LATEST, 0);
        }
        return timestamp(key, text, "latest or a time");
    }

    /**
     * Reads a time.
     *
     * @param key option to name in errors
     * @param text in milliseconds since 1970 UTC or ISO 8601 with a zone
     * @return milliseconds since 1970 UTC
     */
    public static long parseTime(String key, String text) {
        return timestamp(key, text, "a time").timestampMillis();
    }

    /** The place in the terms of Flink's source. */
    public OffsetsInitializer toOffsets() {
        return switch (kind) {
            case EARLIEST -> OffsetsInitializer.earliest();
            case LATEST -> new EndOffsets();
            case COMMITTED -> new CommittedOffsets();
            case TIMESTAMP -> OffsetsInitializer.timestamp(timestampMillis);
        };
    }

    /**
     * Reads a time.
     *
     * @param key option to name in errors
     * @param text in milliseconds since 1970 UTC or ISO 8601 with a zone
     * @param rule what the option may be, for errors
     * @return milliseconds since 1970 UTC
     */
    public static long parseTime(String key, String text, String rule) {
        String stripped = text.strip();
        if (stripped.matches("\\d{1,18}")) {
            return Long.parseLong(stripped);
        }
        try {
            return OffsetDateTime.parse(stripped).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    key
                            + " was '"
                            + text
                            + "' but it must be "
                            + rule
                            + ", in milliseconds since 1970 UTC or like 2026-05-31T12:00:00Z",
                    e);
        }
    }

    private static StreamPosition timestamp(String key, String text, String rule) {
        return new StreamPosition(Kind.TIMESTAMP, parseTime(key, text, rule));
    }
}
