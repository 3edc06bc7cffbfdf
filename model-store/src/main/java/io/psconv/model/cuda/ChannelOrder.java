package io.psconv.model.cuda;

import java.util.Arrays;

/**
 * Where the channels of feature maps lie on a device: sorted by residue, in quads.
 *
 * <p>Channels whose number has the same remainder by the period have the same supports in every
 * filter, and lie side by side in rising order. Each residue class ends with padding up to a
 * multiple of {@link #QUAD}: positions without a channel, which kernels keep at zero. Immutable.
 */
final class ChannelOrder {
    /** Channels that kernels read and write at once. */
    static final int QUAD = 4;

    /** In {@link #channel}: the position is padding. */
    static final int NONE = -1;

    private final int period;
    private final int[] positions;
    private final int[] channels;
    private final int[] residues;

    /**
     * Lays channels out.
     *
     * @param channels at least 1
     * @param period at least 1; with 1 channels keep their order
     */
    ChannelOrder(int channels, int period) {
        if (channels < 1 || period < 1) {
            throw new IllegalArgumentException(
                    "channels were '"
                            + channels
                            + "' and the period '"
                            + period
                            + "' but both must be at least 1");
        }
        this.period = period;
        this.positions = new int[channels];
        int size = 0;
        for (int residue = 0; residue < Math.min(period, channels); residue++) {
            size += padded((channels - 1 - residue) / period + 1);
        }
        this.channels = new int[size];
        this.residues = new int[size];
        Arrays.fill(this.channels, NONE);
        int next = 0;
        for (int residue = 0; residue < Math.min(period, channels); residue++) {
            int end = next + padded((channels - 1 - residue) / period + 1);
            Arrays.fill(residues, next, end, residue);
            for (int channel = residue; channel < channels; channel += period) {
                positions[channel] = next;
                this.channels[next] = channel;
                next++;
            }
            next = end;
        }
    }

    private static int padded(int channels) {
        return (channels + QUAD - 1) / QUAD * QUAD;
    }

    int period() {
        return period;
    }

    /** Positions of a pixel, padding included: a multiple of {@link #QUAD}. */
    int size() {
        return channels.length;
    }

    /** Where a channel lies. */
    int position(int channel) {
        return positions[channel];
    }

    /** The channel at a position, or {@link #NONE}. */
    int channel(int position) {
        return channels[position];
    }

    /** The remainder that the channels around a position have in common. */
    int residue(int position) {
        return residues[position];
    }
}
