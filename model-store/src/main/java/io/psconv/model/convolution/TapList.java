package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;

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

    /** What is added to a position's base of {@code source} to read each value. */
    int[] distances(PixelSource source) {
        int[] distances = new int[channels.length];
        for (int value = 0; value < distances.length; value++) {
            distances[value] = source.distance(channels[value], positions[value]);
        }
        return distances;
    }
}
