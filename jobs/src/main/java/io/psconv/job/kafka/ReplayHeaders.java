package io.psconv.job.kafka;

import io.psconv.operator.record.FrameReplay;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Headers of a frame that was rejected and is sent again. */
public final class ReplayHeaders {
    /** The frame as it came first, like {@code frames-3@1234}, for consumers to join by. */
    public static final String ORIGINAL = "psconv-replay-of";

    /** How many times it has been sent again, in decimal digits. */
    public static final String ATTEMPT = "psconv-replay-attempt";

    private static final Pattern ATTEMPTS = Pattern.compile("[1-9][0-9]{0,8}");

    private ReplayHeaders() {}

    /** Puts a replay in place of any that is there. */
    public static void write(FrameReplay replay, Headers headers) {
        headers.remove(ORIGINAL);
        headers.remove(ATTEMPT);
        headers.add(ORIGINAL, replay.original().getBytes(StandardCharsets.UTF_8));
        headers.add(
                ATTEMPT, Integer.toString(replay.attempt()).getBytes(StandardCharsets.US_ASCII));
    }

    /** The replay that is there, or null if there is none that can be read. */
    public static @Nullable FrameReplay read(Headers headers) {
        @Nullable String original = text(headers.lastHeader(ORIGINAL));
        @Nullable String attempt = text(headers.lastHeader(ATTEMPT));
        if (original == null
                || original.isEmpty()
                || original.length() > FrameReplay.MAX_ORIGINAL_LENGTH
                || attempt == null
                || !ATTEMPTS.matcher(attempt).matches()) {
            return null;
        }
        return new FrameReplay(original, Integer.parseInt(attempt));
    }

    private static @Nullable String text(@Nullable Header header) {
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
