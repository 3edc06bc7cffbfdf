package io.psconv.model.convolution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a register tile costs, and how filters and vectors are cut into tiles by that.
 *
 * <p>The model is of a core that begins four instructions in a cycle, of them two multiply–adds and
 * two loads; a vector of pixels lies on two cache lines. Spreading a weight over a vector counts as
 * two instructions, which is what measuring gave. On a core with one multiply–add a cycle the order
 * of the tiles is the same.
 */
final class TileCost {
    /** Instructions of a loop round besides multiply–adds and loads. */
    private static final int OVERHEAD = 9;

    /** Vector registers suffice for 24 sums: 32 of them, as AVX-512 and NEON have. */
    private static final boolean MANY_REGISTERS =
            VectorTiles.LANES >= FeatureMaps.LINE
                    || "aarch64".equals(System.getProperty("os.arch"));

    /** Filters of tiles that are long: up to six vectors. */
    private static final int[] LONG_TILES = {4, 2, 1};

    /** Filters of tiles of up to three vectors. */
    private static final int[] SHORT_TILES =
            MANY_REGISTERS ? new int[] {8, 7, 4, 2, 1} : LONG_TILES;

    /** Vectors of the longest tile of several filters. */
    private static final int LONGEST = MANY_REGISTERS ? 6 : 3;

    /** Positions of an image below which long tiles would not be filled. */
    private static final int FEW_POSITIONS = 4 * FeatureMaps.LINE;

    private TileCost() {}

    /** Cycles that a tile takes for each stored value. */
    static double cycles(int filters, int vectors) {
        int sums = filters * vectors;
        double arithmetic = sums / 2.0;
        double loads = (2 * vectors + filters) / 2.0;
        double instructions = (sums + vectors + 2 * filters + OVERHEAD) / 4.0;
        return Math.max(arithmetic, Math.max(loads, instructions));
    }

    /**
     * Cuts filters that share their supports into groups of a tile's width, largest first. The sum
     * may exceed {@code filters}: then a group repeats a filter, which costs less than narrow
     * tiles.
     *
     * @param positions pixels of an image's output
     */
    static List<Integer> groups(int filters, int positions) {
        Cut shortTiles = Cut.of(filters, SHORT_TILES, 3);
        Cut longTiles = Cut.of(filters, LONG_TILES, LONGEST);
        boolean takeLong = positions >= FEW_POSITIONS && longTiles.cost <= shortTiles.cost;
        return takeLong ? longTiles.sizes : shortTiles.sizes;
    }

    /**
     * Cuts adjacent vectors into tiles that all groups have.
     *
     * @param groups widths of the groups of filters
     */
    static int[] vectors(int vectors, List<Integer> groups) {
        int widest = groups.stream().max(Integer::compare).orElseThrow();
        int longest = widest > 4 ? 3 : widest == 1 ? 8 : LONGEST;
        double[] best = new double[vectors + 1];
        int[] taken = new int[vectors + 1];
        for (int count = 1; count <= vectors; count++) {
            best[count] = Double.MAX_VALUE;
            for (int size = 1; size <= Math.min(count, longest); size++) {
                // There is no tile of seven vectors.
                if (size == 7) {
                    continue;
                }
                double cost = best[count - size];
                for (int group : groups) {
                    cost += cycles(group, size);
                }
                if (cost < best[count]) {
                    best[count] = cost;
                    taken[count] = size;
                }
            }
        }
        int[] tiles = new int[vectors];
        int count = 0;
        for (int left = vectors; left > 0; left -= taken[left]) {
            tiles[count++] = taken[left];
        }
        return Arrays.copyOf(tiles, count);
    }

    /**
     * Filters cut into groups.
     *
     * @param cost cycles for each stored value and vector
     */
    private record Cut(List<Integer> sizes, double cost) {
        static Cut of(int filters, int[] sizes, int vectors) {
            double[] best = new double[filters + 1];
            int[] taken = new int[filters + 1];
            for (int count = 1; count <= filters; count++) {
                best[count] = Double.MAX_VALUE;
                for (int size : sizes) {
                    double cost = best[Math.max(0, count - size)] + cycles(size, vectors) / vectors;
                    if (cost < best[count]) {
                        best[count] = cost;
                        taken[count] = size;
                    }
                }
            }
            List<Integer> groups = new ArrayList<>();
            for (int left = filters; left > 0; left -= taken[left]) {
                groups.add(taken[left]);
            }
            groups.sort((a, b) -> b - a);
            return new Cut(List.copyOf(groups), best[filters]);
        }
    }
}
