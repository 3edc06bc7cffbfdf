package io.psconv.operator.record;

/**
 * That a frame was rejected before and sent again.
 *
 * @param original identity of the frame as it came first, like {@code frames-3@1234}; said by who
 *     sent it again, hence not trusted
 * @param attempt how many times it has been sent again, from 1
 */
public record FrameReplay(String original, int attempt) {
    /** Longer than any topic's name with partition and offset. */
    public static final int MAX_ORIGINAL_LENGTH = 300;

    public FrameReplay {
        if (original.isEmpty() || original.length() > MAX_ORIGINAL_LENGTH) {
            throw new IllegalArgumentException(
                    "original of a replayed frame had "
                            + original.length()
                            + " characters but it must have 1 to "
                            + MAX_ORIGINAL_LENGTH);
        }
        if (attempt < 1) {
            throw new IllegalArgumentException(
                    "attempt of a replayed frame was '" + attempt + "' but it must be at least 1");
        }
    }
}
