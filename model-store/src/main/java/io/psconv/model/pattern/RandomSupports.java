package io.psconv.model.pattern;

import java.util.Random;

/**
 * Supports of one size drawn independently for every kernel: the paper's pSC family.
 *
 * <p>The authors' generator shuffles a vector of ones and zeros for each kernel. Here the shuffle
 * is Fisher–Yates over {@link Random}, whose sequence the Java specification fixes, so that a seed
 * names the same supports everywhere. No two filters are assumed to share a list.
 */
final class RandomSupports implements LayerSupports {
    private final int inChannels;
    private final int kernelSupportSize;
    private final short[] bits;

    RandomSupports(int kernelSupportSize, long seed, int layer, int filters, int inChannels) {
        this.inChannels = inChannels;
        this.kernelSupportSize = kernelSupportSize;
        this.bits = new short[filters * inChannels];
        Random random = new Random(seed * 1_000_003L + layer);
        int[] positions = new int[SupportSet.POSITIONS];
        for (int kernel = 0; kernel < bits.length; kernel++) {
            bits[kernel] = (short) draw(random, positions);
        }
    }

    private int draw(Random random, int[] positions) {
        for (int position = 0; position < positions.length; position++) {
            positions[position] = position;
        }
        int drawn = 0;
        for (int taken = 0; taken < kernelSupportSize; taken++) {
            int pick = taken + random.nextInt(positions.length - taken);
            drawn |= 1 << positions[pick];
            positions[pick] = positions[taken];
        }
        return drawn;
    }

    @Override
    public int filters() {
        return bits.length / inChannels;
    }

    @Override
    public int inChannels() {
        return inChannels;
    }

    @Override
    public int valuesPerFilter() {
        return inChannels * kernelSupportSize;
    }

    @Override
    public SupportSet supportSet(int filter, int inChannel) {
        return new SupportSet(bits[filter * inChannels + inChannel]);
    }

    @Override
    public int supportList(int filter) {
        return filter;
    }

    @Override
    public int supportLists() {
        return filters();
    }
}
