package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.MANY_REGISTERS;

import io.psconv.model.pattern.LayerSupports;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Filters that share their supports and are computed together.
 *
 * @param filters as many as a register tile has, the last perhaps repeated
 * @param supportList the supports they share
 * @param weights {@code (valuesPerFilter, stride)}, see {@link #stride}
 * @param bias {@code (filters)}
 */
record FilterGroup(int[] filters, int supportList, float[] weights, float[] bias) {
    /**
     * How many weights each stored value has: as many as there are filters, but of up to eight with
     * 16 registers a power of two, so that JDK 17 takes range checks out of the tiles' loops. The
     * rest is not read.
     */
    static int stride(int filters) {
        return MANY_REGISTERS || filters > 8 ? filters : Integer.highestOneBit(2 * filters - 1);
    }

    /** Cuts a layer's filters into groups, by their supports. */
    static List<FilterGroup> of(
            ConvolutionShape shape, TapList[] lists, ConvolutionWeights weights) {
        TileWidths tiles = TileCost.here().tiles(filtersByList(weights.supports()), shape, lists);
        return of(weights, tiles::groups);
    }

    /**
     * The same.
     *
     * @param cut sizes of the groups that so many filters are cut into
     */
    static List<FilterGroup> of(ConvolutionWeights weights, IntFunction<List<Integer>> cut) {
        int[] lists = lists(weights.supports());
        List<FilterGroup> groups = new ArrayList<>();
        for (List<Integer> filters : byList(lists)) {
            int list = lists[filters.get(0)];
            for (int[] group : cut(filters, cut.apply(filters.size()))) {
                groups.add(of(group, list, weights));
            }
        }
        return List.copyOf(groups);
    }

    /** How many filters share each list of supports. */
    static int[] filtersByList(LayerSupports supports) {
        return byList(lists(supports)).stream().mapToInt(List::size).toArray();
    }

    private static int[] lists(LayerSupports supports) {
        int[] lists = new int[supports.filters()];
        for (int filter = 0; filter < lists.length; filter++) {
            lists[filter] = supports.supportList(filter);
        }
        return lists;
    }

    /**
     * Filters by the list they share.
     *
     * @param lists number of the list by filter
     */
    static Collection<List<Integer>> byList(int[] lists) {
        Map<Integer, List<Integer>> filters = new TreeMap<>();
        for (int filter = 0; filter < lists.length; filter++) {
            filters.computeIfAbsent(lists[filter], list -> new ArrayList<>()).add(filter);
        }
        return filters.values();
    }

    /** Cuts filters into groups of given sizes; the last one is repeated to fill its group. */
    static List<int[]> cut(List<Integer> filters, List<Integer> sizes) {
        List<int[]> groups = new ArrayList<>();
        int done = 0;
        for (int size : sizes) {
            int[] group = new int[size];
            for (int index = 0; index < size; index++) {
                group[index] = filters.get(Math.min(done + index, filters.size() - 1));
            }
            groups.add(group);
            done += size;
        }
        return groups;
    }

    private static FilterGroup of(int[] filters, int supportList, ConvolutionWeights weights) {
        int values = weights.supports().valuesPerFilter();
        int stride = stride(filters.length);
        float[] packed = new float[values * stride];
        float[] bias = new float[filters.length];
        for (int index = 0; index < filters.length; index++) {
            for (int value = 0; value < values; value++) {
                packed[value * stride + index] = weights.values()[filters[index] * values + value];
            }
            bias[index] = weights.bias()[filters[index]];
        }
        return new FilterGroup(filters, supportList, packed, bias);
    }

    /** The group with some of its stored values, which stay in order. */
    FilterGroup at(int[] values) {
        int stride = stride(filters.length);
        float[] packed = new float[values.length * stride];
        for (int index = 0; index < values.length; index++) {
            System.arraycopy(weights, values[index] * stride, packed, index * stride, stride);
        }
        return new FilterGroup(filters, supportList, packed, bias);
    }
}
