package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters that share their supports and are computed together.
 *
 * @param filters as many as a register tile has, the last perhaps repeated
 * @param supportList the supports they share
 * @param weights {@code (valuesPerFilter, filters)}
 * @param bias {@code (filters)}
 */
record FilterGroup(int[] filters, int supportList, float[] weights, float[] bias) {
    /** Cuts a layer's filters into groups, by their supports. */
    static List<FilterGroup> of(ConvolutionShape shape, ConvolutionWeights weights) {
        LayerSupports supports = weights.supports();
        List<List<Integer>> byList = new ArrayList<>();
        for (int list = 0; list < supports.supportLists(); list++) {
            byList.add(new ArrayList<>());
        }
        for (int filter = 0; filter < supports.filters(); filter++) {
            byList.get(supports.supportList(filter)).add(filter);
        }
        int positions = shape.outHeight() * shape.outWidth();
        List<FilterGroup> groups = new ArrayList<>();
        for (int list = 0; list < byList.size(); list++) {
            List<Integer> filters = byList.get(list);
            int done = 0;
            for (int size : TileCost.groups(filters.size(), positions)) {
                int[] group = new int[size];
                for (int index = 0; index < size; index++) {
                    group[index] = filters.get(Math.min(done + index, filters.size() - 1));
                }
                groups.add(of(group, list, weights));
                done += size;
            }
        }
        return List.copyOf(groups);
    }

    private static FilterGroup of(int[] filters, int supportList, ConvolutionWeights weights) {
        int values = weights.supports().valuesPerFilter();
        float[] packed = new float[values * filters.length];
        float[] bias = new float[filters.length];
        for (int index = 0; index < filters.length; index++) {
            for (int value = 0; value < values; value++) {
                packed[value * filters.length + index] =
                        weights.values()[filters[index] * values + value];
            }
            bias[index] = weights.bias()[filters[index]];
        }
        return new FilterGroup(filters, supportList, packed, bias);
    }
}
