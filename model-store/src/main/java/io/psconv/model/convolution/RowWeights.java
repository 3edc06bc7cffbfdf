package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer's weights by what each row of its output reads.
 *
 * <p>At the upper and lower border some kernel rows lie outside of the image: rows there have lists
 * and weights without them, so that nothing outside is read or multiplied. Immutable.
 */
final class RowWeights {
    /** Kernel rows that each row of the output reads, a bit for each. */
    private final int[] kernelRows;

    private final Map<Integer, Inside> byKernelRows;
    private final RowTiles tiles;

    private RowWeights(int[] kernelRows, Map<Integer, Inside> byKernelRows, RowTiles tiles) {
        this.tiles = tiles;
        this.kernelRows = kernelRows;
        this.byKernelRows = byKernelRows;
    }

    /** Packs weights in groups that suit rows of the output. */
    static RowWeights of(ConvolutionShape shape, ConvolutionWeights weights) {
        int vectors = shape.outWidth() * FeatureMaps.INTERLEAVED_IMAGES / LANES;
        RowTiles tiles =
                TileCost.here().rowTiles(FilterGroup.filtersByList(weights.supports()), vectors);
        List<FilterGroup> groups = FilterGroup.of(weights, tiles::groups);
        TapList[] lists = TapList.of(weights.supports());
        int[] kernelRows = new int[shape.outHeight()];
        Map<Integer, Inside> inside = new HashMap<>();
        for (int row = 0; row < kernelRows.length; row++) {
            for (int kernelRow = 0; kernelRow < 3; kernelRow++) {
                int read = row * shape.stride() + kernelRow - 1;
                if (read >= 0 && read < shape.height()) {
                    kernelRows[row] |= 1 << kernelRow;
                }
            }
            inside.computeIfAbsent(kernelRows[row], bits -> Inside.of(lists, groups, bits));
        }
        return new RowWeights(kernelRows, inside, tiles);
    }

    /** Vectors of each of a row's tiles of so many filters. */
    int[] tiles(int filters) {
        return tiles.vectors(filters);
    }

    /** The set that a row of the output reads. */
    int set(int row) {
        return kernelRows[row];
    }

    Inside of(int set) {
        Inside found = byKernelRows.get(set);
        if (found == null) {
            throw new IllegalArgumentException("no row reads the kernel rows of set " + set);
        }
        return found;
    }

    /**
     * What rows read of which the same kernel rows lie inside of the image.
     *
     * @param lists by list of supports
     * @param groups the same filters in all sets, in the same order
     */
    record Inside(TapList[] lists, FilterGroup[] groups) {
        private static Inside of(TapList[] lists, List<FilterGroup> groups, int kernelRows) {
            int[][] kept = new int[lists.length][];
            TapList[] shorter = new TapList[lists.length];
            for (int list = 0; list < lists.length; list++) {
                kept[list] = lists[list].within(kernelRows);
                shorter[list] = lists[list].at(kept[list]);
            }
            boolean all =
                    Arrays.equals(
                            Arrays.stream(lists).mapToInt(TapList::length).toArray(),
                            Arrays.stream(shorter).mapToInt(TapList::length).toArray());
            List<FilterGroup> packed = new ArrayList<>();
            for (FilterGroup group : groups) {
                packed.add(all ? group : group.at(kept[group.supportList()]));
            }
            return new Inside(shorter, packed.toArray(new FilterGroup[0]));
        }
    }
}
