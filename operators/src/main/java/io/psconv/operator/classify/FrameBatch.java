package io.psconv.operator.classify;

import io.psconv.operator.record.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoded frames on their way through one model, in order of arrival.
 *
 * <p>A frame is decoded straight into its place of the batch's input. Not thread-safe.
 */
final class FrameBatch {
    private final int maxSize;
    private final int frameLength;
    private final float[] input;
    private final List<Pending> pending;

    /**
     * Makes an empty batch of at most {@code maxSize} frames of {@code frameLength} values each.
     */
    FrameBatch(int maxSize, int frameLength) {
        this.maxSize = maxSize;
        this.frameLength = frameLength;
        this.input = new float[Math.multiplyExact(maxSize, frameLength)];
        this.pending = new ArrayList<>(maxSize);
    }

    /** NCHW input of the frames so far; the next one is decoded to {@link #nextOffset}. */
    float[] input() {
        return input;
    }

    int nextOffset() {
        return pending.size() * frameLength;
    }

    /** Keeps the frame that was decoded to {@link #nextOffset}. */
    void add(Frame frame, long arrivalNanos, long decodeNanos) {
        // The payload is not needed any more and would only hold memory.
        Frame light =
                new Frame(
                        frame.id(),
                        frame.camera(),
                        frame.timestampMillis(),
                        frame.contentType(),
                        null);
        pending.add(new Pending(light, arrivalNanos, decodeNanos));
    }

    List<Pending> pending() {
        return pending;
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    boolean isFull() {
        return pending.size() == maxSize;
    }

    void clear() {
        pending.clear();
    }

    /**
     * A decoded frame.
     *
     * @param frame without its payload
     * @param arrivalNanos {@link System#nanoTime} when the operator got it
     * @param decodeNanos time that decoding took
     */
    record Pending(Frame frame, long arrivalNanos, long decodeNanos) {}
}
