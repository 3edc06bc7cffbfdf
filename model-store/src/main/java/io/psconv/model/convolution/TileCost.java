package io.psconv.model.convolution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a register tile costs, and how filters and vectors are cut into tiles by that.
 *
 * <p>The model is of a core that begins four instructions in a cycle, of them two multiply–adds and
 * two loads; a vector of pixels lies on two cache lines. On a core with one multiply–add the order
 * of the tiles is the same.
 */
final class TileCost {
    /** Instructions of a loop round besides multiply–adds and loads. */
    private static final int OVERHEAD = 9;

    /** Vector registers suffice for 24 sums: 32 of them, as AVX-512 and NEON have. */
    private static final boolean MANY_REGISTERS =
            VectorTiles.LANES >= FeatureMaps.LINE
                    || "aarch64".equals(System.getProperty("os.arch"));

    private static final int[] FILTERS =
            MANY_REGISTERS ? new int[] {8, 7, 6, 5, 4, 2, 1} : new int[] {4, 2, 1};

    private TileCost() {}

    /** Cycles that a tile takes for each stored value. */
    static double cycles(int filters, int vectors) {
        int sums = filters * vectors;
        double arithmetic = sums / 2.0;
        double loads = (2 * vectors + filters) / 2.0;
        double instructions = (sums + vectors + filters + OVERHEAD) / 4.0;
        return Math.max(arithmetic, Math.max(loads, instructions));
    }

    /**
     * Cuts filters that share their supports into groups of a tile's width, largest first. The sum
     * may exceed {@code filters}: then a group repeats a filter, which costs less than narrow
     * tiles.
     */
    static List<Integer> groups(int filters) {
        double[] best = new double[filters + 1];
        int[] taken = new int[filters + 1];
        for (int count = 1; count <= filters; count++) {
            best[count] = Double.MAX_VALUE;
            for (int size : FILTERS) {
                double cost = best[Math.max(0, count - size)] + cycles(size, 3);
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
        return groups;
    }

    /**
     * Cuts adjacent vectors into tiles that all groups have.
     *
     * @param groups widths of the groups of filters
     */
    static int[] vectors(int vectors, List<Integer> groups) {
        List<Integer> sizes = new ArrayList<>(List.of(3, 2, 1));
        int widest = groups.stream().max(Integer::compare).orElseThrow();
        int narrowest = groups.stream().min(Integer::compare).orElseThrow();
        if (widest == 1) {
            sizes.add(8);
        } else if (MANY_REGISTERS && widest <= 4 && narrowest >= 2) {
            sizes.add(6);
        }
        double[] best = new double[vectors + 1];
        int[] taken = new int[vectors + 1];
        for (int count = 1; count <= vectors; count++) {
            best[count] = Double.MAX_VALUE;
            for (int size : sizes) {
                if (size > count) {
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
}
