package io.psconv.operator.classify;

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
    private List<Entry> entries;

    /**
     * Makes an empty batch of at most {@code maxSize} frames of {@code frameLength} values each.
     */
    FrameBatch(int maxSize, int frameLength) {
        this.maxSize = maxSize;
        this.frameLength = frameLength;
        this.input = new float[Math.multiplyExact(maxSize, frameLength)];
        this.entries = new ArrayList<>(maxSize);
    }

    /** NCHW input of the frames so far; the next one is decoded to {@link #nextOffset}. */
    float[] input() {
        return input;
    }

    int nextOffset() {
        return entries.size() * frameLength;
    }

    /** Hash of the input at {@link #nextOffset}: equal for equal pixels. */
    long hashOfNext() {
        long hash = frameLength;
        int start = nextOffset();
        for (int index = start; index < start + frameLength; index++) {
            hash = (hash ^ Float.floatToRawIntBits(input[index])) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    /** Keeps the frame that was decoded to {@link #nextOffset}. */
    void add(Entry entry) {
        entries.add(entry);
    }

    int size() {
        return entries.size();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean isFull() {
        return entries.size() == maxSize;
    }

    /** Gives the frames away and is empty then; the input stays until it is written over. */
    List<Entry> take() {
        List<Entry> taken = entries;
        entries = new ArrayList<>(maxSize);
        return taken;
    }

    /**
     * A decoded frame.
     *
     * @param bySecond whether this is the second model of its route
     */
    record Entry(FrameInFlight frame, boolean bySecond) {}
}
