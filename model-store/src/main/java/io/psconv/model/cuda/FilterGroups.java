package io.psconv.model.cuda;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The filters of a convolution by the supports they share, with the quads that each group reads.
 *
 * <p>Nothing here depends on a precision or on the size of maps. Immutable.
 */
final class FilterGroups {
    /**
     * One quad of input channels at one position of the kernel.
     *
     * @param position of the quad's first channel in the input's {@link ChannelOrder}
     */
    record Read(int position, int row, int column) {}

    /**
     * Filters that share one list of reads.
     *
     * @param reads in order of input positions, then rows and columns
     * @param slots positions in the output's {@link ChannelOrder}, rising, padding included
     */
    record Group(List<Read> reads, List<Integer> slots) {
        Group {
            reads = List.copyOf(reads);
            slots = List.copyOf(slots);
        }

        /** Both groups as one, which reads what either does. */
        Group with(Group other) {
            SortedSet<Read> all =
                    new TreeSet<>(
                            Comparator.comparingInt(Read::position)
                                    .thenComparingInt(Read::row)
                                    .thenComparingInt(Read::column));
            all.addAll(reads);
            all.addAll(other.reads);
            List<Integer> both = new ArrayList<>(slots);
            both.addAll(other.slots);
            Collections.sort(both);
            return new Group(List.copyOf(all), both);
        }
    }

    private final ConvolutionLayer layer;
    private final @Nullable LayerSupports supports;
    private final ChannelOrder input;
    private final ChannelOrder output;
    private final float[] values;
    private final List<Group> groups = new ArrayList<>();

    /** By group and input channel, where the values of the channel start in those of a filter. */
    private final int[][] firstValues;

    /**
     * Sorts the filters of a layer.
     *
     * @param supports of a layer of 3×3 kernels; null for one that stores all
     * @param values of the layer as the model stores them, batch normalization folded in
     */
    FilterGroups(
            ConvolutionLayer layer,
            @Nullable LayerSupports supports,
            ChannelOrder input,
            ChannelOrder output,
            float[] values) {
        this.layer = layer;
        this.supports = supports;
        this.input = input;
        this.output = output;
        this.values = values;
        int count = supports == null ? 1 : supports.supportLists();
        List<List<Integer>> slots = slots(count);
        this.firstValues = new int[count][];
        for (int group = 0; group < count; group++) {
            int filter = representative(slots.get(group));
            firstValues[group] = firstValues(filter);
            groups.add(new Group(reads(filter), slots.get(group)));
        }
    }

    List<Group> groups() {
        return groups;
    }

    /** What a slot stores for a channel of a read: zero where either is padding, or nothing. */
    float value(int slot, Read read, int channelOfQuad) {
        int filter = output.channel(slot);
        int channel = input.channel(read.position + channelOfQuad);
        if (filter == ChannelOrder.NONE || channel == ChannelOrder.NONE) {
            return 0;
        }
        int place = read.row * layer.kernelSize() + read.column;
        int first = filter * (values.length / layer.filters());
        if (supports == null) {
            return values[first + firstValues[0][channel] + place];
        }
        SupportSet set = supports.supportSet(filter, channel);
        if (!set.contains(place)) {
            return 0;
        }
        int rank = Integer.bitCount(set.bits() & (1 << place) - 1);
        return values[first + firstValues[supports.supportList(filter)][channel] + rank];
    }

    private List<List<Integer>> slots(int count) {
        List<List<Integer>> slots = new ArrayList<>();
        for (int group = 0; group < count; group++) {
            slots.add(new ArrayList<>());
        }
        for (int position = 0; position < output.size(); position++) {
            int filter = output.channel(position);
            // Padding goes where its class goes, if filters of a class are a group.
            int group =
                    filter == ChannelOrder.NONE || supports == null
                            ? output.residue(position) % count
                            : supports.supportList(filter);
            slots.get(group).add(position);
        }
        return slots;
    }

    private int representative(List<Integer> slots) {
        for (int slot : slots) {
            if (output.channel(slot) != ChannelOrder.NONE) {
                return output.channel(slot);
            }
        }
        throw new IllegalArgumentException(
                "layer '" + layer.name() + "' has a list of supports that no filter uses");
    }

    private int[] firstValues(int filter) {
        int[] first = new int[layer.inChannels()];
        int next = 0;
        for (int channel = 0; channel < first.length; channel++) {
            first[channel] = next;
            next +=
                    supports == null
                            ? layer.kernelSize() * layer.kernelSize()
                            : supports.supportSet(filter, channel).kernelSupportSize();
        }
        return first;
    }

    private List<Read> reads(int filter) {
        List<Read> reads = new ArrayList<>();
        int size = layer.kernelSize();
        for (int position = 0; position < input.size(); position += ChannelOrder.QUAD) {
            checkQuad(filter, position);
            for (int place = 0; place < size * size; place++) {
                if (supports == null
                        || supports.supportSet(filter, input.channel(position)).contains(place)) {
                    reads.add(new Read(position, place / size, place % size));
                }
            }
        }
        return reads;
    }

    private void checkQuad(int filter, int position) {
        if (supports == null) {
            return;
        }
        for (int place = position; place < position + ChannelOrder.QUAD; place++) {
            int channel = input.channel(place);
            if (channel != ChannelOrder.NONE
                    && !supports.supportSet(filter, channel)
                            .equals(supports.supportSet(filter, input.channel(position)))) {
                throw new IllegalArgumentException(
                        "channels "
                                + input.channel(position)
                                + " and "
                                + channel
                                + " of layer '"
                                + layer.name()
                                + "' differ in their supports but channels "
                                + input.period()
                                + " apart must share them; classify with engine 'jvm'");
            }
        }
    }
}
