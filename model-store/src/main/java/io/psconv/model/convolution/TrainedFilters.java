package io.psconv.model.convolution;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Filters of a convolution whose weights change: the groups that the tiles compute together, and
 * where each of their weights lies among the layer's stored values.
 */
final class TrainedFilters {
    private final List<FilterGroup> groups = new ArrayList<>();

    /**
     * By group, as its weights lie: index among the layer's stored values; what fills a stride
     * repeats the last filter.
     */
    private final List<int[]> sources = new ArrayList<>();

    /**
     * Cuts filters into groups, by the list they share.
     *
     * @param taps what filters read, by number of the list
     * @param lists number of the list by filter
     * @param values by filter: index of each of its values among those of the layer
     */
    TrainedFilters(ConvolutionShape shape, TapList[] taps, int[] lists, int[][] values) {
        Collection<List<Integer>> byList = FilterGroup.byList(lists);
        int[] sizes = byList.stream().mapToInt(List::size).toArray();
        TileWidths tiles = TileCost.here().tiles(sizes, shape, taps);
        for (List<Integer> filters : byList) {
            for (int[] group : FilterGroup.cut(filters, tiles.groups(filters.size()))) {
                int length = values[group[0]].length;
                int stride = FilterGroup.stride(group.length);
                int[] source = new int[length * stride];
                for (int index = 0; index < stride; index++) {
                    int filter = group[Math.min(index, group.length - 1)];
                    for (int value = 0; value < length; value++) {
                        source[value * stride + index] = values[filter][value];
                    }
                }
                sources.add(source);
                groups.add(
                        new FilterGroup(
                                group,
                                lists[group[0]],
                                new float[source.length],
                                new float[group.length]));
            }
        }
    }

    /** The same objects for as long as this lives; their weights change. */
    List<FilterGroup> groups() {
        return groups;
    }

    /** Takes new weights over, for a part of the groups. */
    void pack(float[] values, int part, int parts) {
        int end = groups.size() * (part + 1) / parts;
        for (int group = groups.size() * part / parts; group < end; group++) {
            float[] weights = groups.get(group).weights();
            int[] source = sources.get(group);
            for (int index = 0; index < source.length; index++) {
                weights[index] = values[source[index]];
            }
        }
    }

    /** Takes a new bias over. */
    void packBias(float[] bias) {
        for (FilterGroup group : groups) {
            for (int index = 0; index < group.filters().length; index++) {
                group.bias()[index] = bias[group.filters()[index]];
            }
        }
    }
}
