package io.psconv.model.engine;

import io.psconv.model.convolution.FeatureMaps;
import java.util.ArrayList;
import java.util.List;

/**
 * Where feature maps of different lifetimes lie in one array, first fit.
 *
 * <p>Planned before the array exists: {@link #reserve} and {@link #release} follow the network,
 * then an array of {@link #length} holds all of it.
 */
final class Arena {
    private record Span(int start, int end) {}

    private final List<Span> inUse = new ArrayList<>();
    private int length = FeatureMaps.ALIGNED_START;

    /** Finds room; the start is aligned as {@link FeatureMaps#ALIGNED_START} is. */
    int reserve(int values) {
        int start = FeatureMaps.ALIGNED_START;
        int place = 0;
        while (place < inUse.size() && inUse.get(place).start < start + values) {
            start = FeatureMaps.alignedStart(inUse.get(place).end);
            place++;
        }
        inUse.add(place, new Span(start, Math.addExact(start, values)));
        length = Math.max(length, start + values);
        return start;
    }

    /** Gives back what was reserved at {@code start}. */
    void release(int start) {
        inUse.removeIf(span -> span.start == start);
    }

    /** Values that the array needs. */
    int length() {
        return length;
    }
}
