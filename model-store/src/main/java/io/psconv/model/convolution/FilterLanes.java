package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;

import java.util.ArrayList;
import java.util.List;

/**
 * A layer's weights with filters that share their supports as lanes, as {@link FilterTiles} reads
 * them. Immutable.
 *
 * @param lists by list of supports
 * @param groups filters of the tiles
 * @param values by group, then vector of filters: biases, then weights by stored value
 */
record FilterLanes(TapList[] lists, List<Group> groups, float[] values) {
    /**
     * Filters of a tile.
     *
     * @param filters as many as some vectors have lanes, the last perhaps repeated
     * @param supportList the supports they share
     * @param start of their biases and weights
     */
    record Group(int[] filters, int supportList, int start) {
        int vectors() {
            return filters.length / LANES;
        }
    }

    static FilterLanes of(TapList[] lists, ConvolutionWeights weights) {
        List<FilterGroup> cut = FilterGroup.of(weights, TileCost.here()::filterLanes);
        int length = FeatureMaps.ALIGNED_START;
        for (FilterGroup group : cut) {
            int values = 1 + lists[group.supportList()].length();
            length = Math.addExact(length, Math.multiplyExact(values, group.filters().length));
        }
        // From half a collector's region on, where alignment pays, the array starts at a line.
        float[] values = new float[length];
        List<Group> groups = new ArrayList<>();
        int place = FeatureMaps.ALIGNED_START;
        for (FilterGroup group : cut) {
            groups.add(new Group(group.filters(), group.supportList(), place));
            int width = group.filters().length;
            int stride = FilterGroup.stride(width);
            for (int first = 0; first < width; first += LANES) {
                System.arraycopy(group.bias(), first, values, place, LANES);
                place += LANES;
                for (int from = first; from < group.weights().length; from += stride) {
                    System.arraycopy(group.weights(), from, values, place, LANES);
                    place += LANES;
                }
            }
        }
        return new FilterLanes(lists, List.copyOf(groups), values);
    }
}
