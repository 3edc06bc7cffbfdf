package io.psconv.model.cuda;

import java.util.ArrayList;
import java.util.List;

/** Where the maps of a program lie in one buffer: first fit, planned in the order of the layers. */
final class ScratchPlan {
    private record Span(long start, long end) {}

    private final List<Span> inUse = new ArrayList<>();
    private long size = DeviceProgram.ALIGNMENT;

    /** Finds room; the start is a multiple of {@link DeviceProgram#ALIGNMENT}. */
    long reserve(long bytes) {
        long length = aligned(bytes);
        long start = 0;
        int place = 0;
        while (place < inUse.size() && inUse.get(place).start < start + length) {
            start = inUse.get(place).end;
            place++;
        }
        inUse.add(place, new Span(start, start + length));
        size = Math.max(size, start + length);
        return start;
    }

    /** Gives back what was reserved at {@code start}. */
    void release(long start) {
        inUse.removeIf(span -> span.start == start);
    }

    /** Bytes that the buffer needs. */
    long size() {
        return size;
    }

    static long aligned(long bytes) {
        return (bytes + DeviceProgram.ALIGNMENT - 1)
                / DeviceProgram.ALIGNMENT
                * DeviceProgram.ALIGNMENT;
    }
}
