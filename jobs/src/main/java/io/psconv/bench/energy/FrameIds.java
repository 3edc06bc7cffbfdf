package io.psconv.bench.energy;

import io.psconv.operator.record.FrameId;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** A set of frames, a bit each where offsets lie close together. Not thread-safe. */
final class FrameIds {
    private static final int BLOCK_BITS = 12;
    private static final long BLOCK_MASK = (1L << BLOCK_BITS) - 1;

    private final Map<Block, BitSet> blocks = new HashMap<>();

    /** Adds a frame; false if it was there before. */
    boolean add(FrameId frame) {
        BitSet bits =
                blocks.computeIfAbsent(
                        new Block(frame.topic(), frame.partition(), frame.offset() >>> BLOCK_BITS),
                        block -> new BitSet());
        int bit = (int) (frame.offset() & BLOCK_MASK);
        if (bits.get(bit)) {
            return false;
        }
        bits.set(bit);
        return true;
    }

    private record Block(String topic, int partition, long number) {}
}
