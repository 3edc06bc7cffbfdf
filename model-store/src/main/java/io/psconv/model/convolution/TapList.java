package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/**
 * What some filters read for each of their stored values, in canonical order.
 *
 * @param channels input channel by value
 * @param positions position in the 3×3 kernel by value, row by row
 */
record TapList(int[] channels, int[] positions) {
    /** The lists of a layer, by {@link LayerSupports#supportList}. */
    static TapList[] of(LayerSupports supports) {
        TapList[] lists = new TapList[supports.supportLists()];
        for (int filter = 0; filter < supports.filters(); filter++) {
            int list = supports.supportList(filter);
            if (lists[list] == null) {
                lists[list] = of(supports, filter);
            }
        }
        return lists;
    }

    private static TapList of(LayerSupports supports, int filter) {
        TapList list =
                new TapList(
                        new int[supports.valuesPerFilter()], new int[supports.valuesPerFilter()]);
        int value = 0;
        for (int channel = 0; channel < supports.inChannels(); channel++) {
            int bits = supports.supportSet(filter, channel).bits();
            for (int position = 0; position < 9; position++) {
                if ((bits >> position & 1) != 0) {
                    list.channels[value] = channel;
                    list.positions[value] = position;
                    value++;
                }
            }
        }
        return list;
    }

    int length() {
        return channels.length;
    }

    /**
     * How many runs of pixels the values lie on: those of a row of a channel are adjacent, but with
     * stride 2 the middle column's pixels lie apart from the others'.
     */
    int runs(int stride) {
        return Math.toIntExact(
                IntStream.range(0, length()).map(value -> run(value, stride)).distinct().count());
    }

    private int run(int value, int stride) {
        int row = 3 * channels[value] + positions[value] / 3;
        boolean apart = stride == 2 && positions[value] % 3 == 1;
        return 2 * row + (apart ? 1 : 0);
    }

    /** Whether values besides a kernel's centre are read. */
    boolean readsNeighbours() {
        return Arrays.stream(positions).anyMatch(position -> position != 4);
    }

    /** What is added to a position's base of {@code source} to read each value. */
    int[] distances(PixelSource source) {
        return distances(source::distance);
    }

    /** What is added to a row's base of {@code source} to read each value. */
    int[] distances(LineSource source) {
        return distances(source::distance);
    }

    private int[] distances(IntBinaryOperator distance) {
        int[] distances = new int[channels.length];
        for (int value = 0; value < distances.length; value++) {
            distances[value] = distance.applyAsInt(channels[value], positions[value]);
        }
        return distances;
    }

    /** Indices of the values that kernel rows of a set have, a bit for each row. */
    int[] within(int rows) {
        return IntStream.range(0, positions.length)
                .filter(value -> ((rows >> (positions[value] / 3)) & 1) != 0)
                .toArray();
    }

    /** The values at some indices. */
    TapList at(int[] indices) {
        return new TapList(
                Arrays.stream(indices).map(index -> channels[index]).toArray(),
                Arrays.stream(indices).map(index -> positions[index]).toArray());
    }
}
