package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;
import java.util.ArrayList;
import java.util.List;

/**
 * The fast form: lanes are pixels, filters that share their supports are computed together.
 *
 * <p>Made by reflection in {@link ConvolutionForms}, because its classes need the Vector API.
 */
final class VectorConvolutionForm implements ConvolutionForm {
    /** A tile of eight filters needs 24 sums in registers, which 512-bit machines have. */
    private static final int WIDEST = VectorTiles.LANES >= 16 ? 8 : 4;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public String description() {
        return VectorTiles.LANES + " lanes of 32 bits";
    }

    @Override
    public PackedConvolution pack(ConvolutionShape shape, ConvolutionWeights weights) {
        ConvolutionChecks.check(shape, weights);
        List<FilterGroup> groups = new ArrayList<>();
        LayerSupports supports = weights.supports();
        for (int list = 0; list < supports.supportLists(); list++) {
            List<Integer> filters = new ArrayList<>();
            for (int filter = 0; filter < shape.filters(); filter++) {
                if (supports.supportList(filter) == list) {
                    filters.add(filter);
                }
            }
            for (int[] group : split(filters)) {
                groups.add(FilterGroup.of(group, list, weights));
            }
        }
        List<FilterGroup> shared = List.copyOf(groups);
        return maxBatch -> new VectorSparseConvolution(shape, supports, shared, maxBatch);
    }

    /**
     * Cuts filters into groups of tile widths. A group short of a width repeats its last filter:
     * the same sum is stored twice, which costs less than narrow tiles.
     */
    private static List<int[]> split(List<Integer> filters) {
        List<int[]> groups = new ArrayList<>();
        int done = 0;
        while (done < filters.size()) {
            int left = filters.size() - done;
            int size = left >= 7 && WIDEST == 8 ? 8 : left >= 3 ? 4 : left;
            int[] group = new int[size];
            for (int index = 0; index < size; index++) {
                group[index] = filters.get(Math.min(done + index, filters.size() - 1));
            }
            groups.add(group);
            done += size;
        }
        return groups;
    }

    /**
     * Filters that share their supports and are computed together.
     *
     * @param filters 1, 2, 4 or 8 of them, the last perhaps repeated
     * @param supportList the supports they share
     * @param weights {@code (valuesPerFilter, filters)}
     * @param bias {@code (filters)}
     */
    record FilterGroup(int[] filters, int supportList, float[] weights, float[] bias) {
        static FilterGroup of(int[] filters, int supportList, ConvolutionWeights weights) {
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
}
