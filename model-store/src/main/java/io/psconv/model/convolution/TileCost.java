package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.MANY_REGISTERS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a register tile costs, and how filters and vectors are cut into tiles by that.
 *
 * <p>The model is of a core that begins four instructions in a cycle, of them two multiply–adds and
 * two loads; a vector of pixels lies on two cache lines. Spreading a weight over a vector counts as
 * two instructions, which is what measuring gave. On a core with one multiply–add a cycle the order
 * of the tiles is the same. A vector from the second-level cache adds half a cycle in whole layers,
 * and up to two where nothing else is at work: so tiles of one or two filters cost far more there
 * than their multiply–adds.
 *
 * <p>With 16 registers tiles have at most twelve sums, so what else a round of their loop takes
 * counts more, and what few sums wait for. There the model is of a core that begins 5.4
 * instructions in a cycle, and is within 8 % of what a Zen 3 takes on JDK 17 for tiles of two
 * vectors or more (in {@code VectorTiles}, 256 stored values, pixels near).
 */
final class TileCost {
    /** Instructions of a loop round besides multiply–adds and loads. */
    private static final int OVERHEAD = 9;

    /** The same with 16 registers, but for finding a vector of pixels inside of its array. */
    private static final int FEW_OVERHEAD = 5;

    /** Instructions for that, of the first and the last vector of a tile. */
    private static final int CHECK = 3;

    private static final double FEW_INSTRUCTIONS_PER_CYCLE = 5.4;

    /** Cycles from a multiply–add to the next of the same sum. */
    private static final double LATENCY = 4;

    /**
     * Filters of tiles for 16 registers. There {@code 4x3} tiles keep a sum in memory, at half the
     * speed; {@code 6x2} tiles do not.
     */
    private static final int[] FEW_SUMS = {6, 5, 4, 2, 1};

    /** Filters of tiles that are long, for 32 registers: up to six vectors. */
    private static final int[] LONG_TILES = {4, 2, 1};

    /** Filters of tiles of a row of lines, see {@link InterleavedConvolution}. */
    private static final int[] ROW_TILES = MANY_REGISTERS ? new int[] {8, 7, 6, 4, 2, 1} : FEW_SUMS;

    /** Filters of tiles that are short, for 32 registers: up to three vectors. */
    private static final int[] SHORT_TILES = {8, 7, 4, 2, 1};

    /** Filters of the widest of them. */
    private static final int MOST_FILTERS = 8;

    /** Vectors of filters in tiles of {@link FilterTiles}. */
    private static final int[] FILTER_VECTORS =
            MANY_REGISTERS ? new int[] {3, 2, 1} : new int[] {1};

    /** Vectors of the longest tile of four filters; with 32 registers, of two as well. */
    private static final int LONGEST = MANY_REGISTERS ? 6 : 2;

    /** Vectors of the longest tile of more than six, for 32 registers. */
    private static final int SHORT = 3;

    /**
     * Vectors of the longest tile of two filters for 16 registers: {@code 2x5} runs at 98 % of the
     * ceiling on JDK 17, at 37 % on JDK 25.
     */
    private static final int LONGEST_OF_TWO = 4;

    /** Vectors of the longest tile of one filter. */
    private static final int LONGEST_OF_ONE = 8;

    /** Vectors of the longest tile of a row of lines: what is tried. */
    private static final int[] LONGEST_OF_ROW =
            MANY_REGISTERS
                    ? IntStream.rangeClosed(1, LONGEST).toArray()
                    : new int[] {LONGEST_OF_ONE};

    /** Positions of an image below which long tiles would not be filled. */
    private static final int FEW_POSITIONS = 4 * FeatureMaps.LINE;

    /** Pixels that all filters read for a tile, in a first-level cache. */
    private static final int NEAR_BYTES = 48 * 1024;

    private static final double FAR_CYCLES = 0.5;

    private TileCost() {}

    /**
     * Cycles that a tile takes for each stored value.
     *
     * @param farShare as {@link #farShare} says
     */
    static double cycles(int filters, int vectors, double farShare) {
        return cycles(filters, vectors) + FAR_CYCLES * farShare * vectors;
    }

    /**
     * Share of a tile's vectors of pixels that come from the second-level cache: the first that a
     * list reads of a run, as {@link TapList#runs} counts them, unless what all lists read stays in
     * the first one.
     */
    static double farShare(ConvolutionShape shape, TapList[] lists) {
        long tile = (long) LONGEST * VectorTiles.LANES;
        long runs = 0;
        long taps = 0;
        boolean neighbours = false;
        for (TapList list : lists) {
            runs += list.runs(shape.stride());
            taps += list.length();
            neighbours |= list.readsNeighbours();
        }
        if (neighbours) {
            tile = (tile + 2 * (shape.outWidth() + 1)) * shape.stride() * shape.stride();
        }
        boolean near = shape.inChannels() * tile * Float.BYTES <= NEAR_BYTES;
        return near || taps == 0 ? 0 : (double) runs / taps;
    }

    /** Cycles of a tile whose pixels are near. */
    static double cycles(int filters, int vectors) {
        int sums = filters * vectors;
        double arithmetic = sums / 2.0;
        if (!MANY_REGISTERS) {
            int round = sums + vectors + filters + CHECK * Math.min(vectors, 2) + FEW_OVERHEAD;
            double instructions = round / FEW_INSTRUCTIONS_PER_CYCLE;
            return Math.max(LATENCY, Math.max(arithmetic, instructions));
        }
        double loads = (2 * vectors + filters) / 2.0;
        double instructions = (sums + vectors + 2 * filters + OVERHEAD) / 4.0;
        return Math.max(arithmetic, Math.max(loads, instructions));
    }

    /**
     * Chooses the tiles of a layer. With 32 registers these are long or short ones for all filters,
     * since tiles of a width are as long as the widest; with 16 each width has its own length.
     *
     * @param filters how many filters share their supports, for each list of supports
     */
    static Tiles tiles(int[] filters, ConvolutionShape shape, TapList[] lists) {
        double farShare = farShare(shape, lists);
        int positions = shape.outHeight() * shape.outWidth();
        if (!MANY_REGISTERS) {
            return fewSums(FeatureMaps.lines(positions), farShare);
        }
        Tiles longTiles = new Tiles(LONG_TILES, LONGEST, farShare);
        Tiles shortTiles = new Tiles(SHORT_TILES, SHORT, farShare);
        boolean takesLong =
                positions >= FEW_POSITIONS && longTiles.cost(filters) <= shortTiles.cost(filters);
        return takesLong ? longTiles : shortTiles;
    }

    /**
     * Tiles for 16 registers.
     *
     * @param lines that an image's positions take at least
     */
    private static Tiles fewSums(int lines, double farShare) {
        int vectors = lines * FeatureMaps.LINE / VectorTiles.LANES;
        return new Tiles(FEW_SUMS, Math.min(vectors, LONGEST_OF_ONE), farShare);
    }

    /**
     * Widths of tiles, in filters.
     *
     * @param length vectors of the longest tile; with 16 registers, of the longest of one filter
     * @param farShare as {@link TileCost#farShare} says
     */
    record Tiles(int[] widths, int length, double farShare) {
        /**
         * Cuts filters that share their supports into groups of a tile's width, largest first. The
         * sum may exceed {@code filters}: then a group repeats a filter, which costs less than
         * narrow tiles.
         */
        List<Integer> groups(int filters) {
            return cut(filters).sizes;
        }

        private double cost(int[] filters) {
            return Arrays.stream(filters).mapToDouble(shared -> cut(shared).cost).sum();
        }

        private Cut cut(int filters) {
            return Cut.of(filters, widths, this::vectorCycles, true);
        }

        private double vectorCycles(int filters) {
            int vectors = MANY_REGISTERS ? length : Math.min(length, longest(filters));
            return cycles(filters, vectors, farShare) / vectors;
        }
    }

    /**
     * Chooses tiles for rows of lines.
     *
     * @param filters how many filters share their supports, for each list of supports
     * @param vectors of a row
     */
    static RowTiles rowTiles(int[] filters, int vectors) {
        double least = Double.POSITIVE_INFINITY;
        RowTiles best = null;
        for (int length : LONGEST_OF_ROW) {
            RowTiles tiles = new RowTiles(vectors, length);
            double cost =
                    Arrays.stream(filters).mapToDouble(shared -> tiles.cut(shared).cost).sum();
            if (cost < least) {
                least = cost;
                best = tiles;
            }
        }
        if (best == null) {
            throw new IllegalStateException("no tiles for rows of " + vectors + " vectors");
        }
        return best;
    }

    /**
     * A vector at which tiles begin.
     *
     * @param vector its number
     * @param vectors of the tile that begins here, by its number of filters; zero if none does
     */
    record Beginning(int vector, int[] vectors) {}

    /**
     * Cuts adjacent vectors into tiles, for groups of filters that pass over them together.
     *
     * <p>With 32 registers all groups have the same tiles, with 16 each those that it does best
     * with: few filters need long ones.
     *
     * @param groups widths of the groups
     */
    static List<Beginning> beginnings(int vectors, List<Integer> groups) {
        IntFunction<int[]> tiles;
        if (MANY_REGISTERS) {
            int[] common = vectors(vectors, groups);
            tiles = filters -> common;
        } else {
            tiles = new RowTiles(vectors, LONGEST_OF_ONE)::vectors;
        }
        int[][] begun = new int[vectors][MOST_FILTERS + 1];
        for (int filters : new TreeSet<>(groups)) {
            int vector = 0;
            for (int size : tiles.apply(filters)) {
                begun[vector][filters] = size;
                vector += size;
            }
        }
        return IntStream.range(0, vectors)
                .filter(vector -> Arrays.stream(begun[vector]).anyMatch(size -> size > 0))
                .mapToObj(vector -> new Beginning(vector, begun[vector]))
                .toList();
    }

    /** How rows, or strips of pixels, are cut into tiles, by how many filters these have. */
    static final class RowTiles {
        /** By number of filters; of no cost that is finite if such tiles do not make up a row. */
        private final Cut[] rows = new Cut[MOST_FILTERS + 1];

        /**
         * Tiles that make up rows.
         *
         * @param length vectors of the longest tile; with many registers all filters have such
         *     tiles: longer ones of few filters would cost less, but read more pixels from far
         */
        private RowTiles(int vectors, int length) {
            Arrays.fill(rows, new Cut(List.of(), Double.POSITIVE_INFINITY));
            for (int filters : ROW_TILES) {
                if (MANY_REGISTERS && !hasTile(filters, length)) {
                    continue;
                }
                int[] sizes =
                        IntStream.rangeClosed(1, length)
                                .filter(size -> hasTile(filters, size))
                                .toArray();
                rows[filters] = Cut.of(vectors, sizes, size -> rowCycles(filters, size), false);
            }
        }

        /**
         * With 16 registers vectors count as from far; with 32 the longest tile is limited instead.
         */
        private static double rowCycles(int filters, int vectors) {
            return cycles(filters, vectors, MANY_REGISTERS ? 0 : 1);
        }

        /** Cuts filters that share their supports into groups, as {@link Tiles#groups} does. */
        List<Integer> groups(int filters) {
            return cut(filters).sizes;
        }

        private Cut cut(int filters) {
            return Cut.of(filters, ROW_TILES, width -> rows[width].cost, true);
        }

        /** Vectors of each of a row's tiles of so many filters. */
        int[] vectors(int filters) {
            if (rows[filters].sizes.isEmpty()) {
                throw new IllegalStateException("no tiles of " + filters + " filters make up rows");
            }
            return rows[filters].sizes.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /**
     * Cuts filters that share their supports into tiles with lanes as filters, see {@link
     * FilterTiles}: whole vectors, which may exceed {@code filters}.
     */
    static List<Integer> filterLanes(int filters) {
        return cutLanes(filters).sizes.stream()
                .map(vectors -> vectors * VectorTiles.LANES)
                .toList();
    }

    private static Cut cutLanes(int filters) {
        int vectors = (filters + VectorTiles.LANES - 1) / VectorTiles.LANES;
        return Cut.of(vectors, FILTER_VECTORS, size -> cycles(FilterTiles.POSITIONS, size), false);
    }

    /**
     * Whether lanes as filters cost less than lanes as pixels where there are few of these.
     *
     * @param filters how many filters share their supports, for each list of supports
     */
    static boolean prefersFilterLanes(int[] filters) {
        int vectors = FeatureMaps.LINE / VectorTiles.LANES;
        Tiles tiles = MANY_REGISTERS ? new Tiles(SHORT_TILES, SHORT, 0) : fewSums(1, 0);
        double asFilters = 0;
        List<Integer> groups = new ArrayList<>();
        for (int shared : filters) {
            asFilters += cutLanes(shared).cost;
            groups.addAll(tiles.groups(shared));
        }
        double asPixels = 0;
        for (Beginning beginning : beginnings(vectors, groups)) {
            for (int group : groups) {
                int size = beginning.vectors[group];
                asPixels += size == 0 ? 0 : cycles(group, size);
            }
        }
        return asFilters < asPixels;
    }

    /** Vectors of the longest tile of so many filters. */
    private static int longest(int filters) {
        if (MANY_REGISTERS) {
            return filters > 6 ? SHORT : filters == 6 ? 4 : LONGEST;
        }
        return filters > 2 ? LONGEST : filters == 2 ? LONGEST_OF_TWO : LONGEST_OF_ONE;
    }

    /** There is no tile of seven vectors; with many registers those of six filters have four. */
    private static boolean hasTile(int filters, int vectors) {
        return MANY_REGISTERS && filters == 6
                ? vectors == 4
                : vectors <= longest(filters) && vectors != 7;
    }

    /**
     * Cuts adjacent vectors into tiles that all groups have.
     *
     * @param groups widths of the groups of filters
     */
    private static int[] vectors(int vectors, List<Integer> groups) {
        int widest = groups.stream().max(Integer::compare).orElseThrow();
        int longest = widest == 1 ? LONGEST_OF_ONE : longest(widest);
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
     * A number cut into parts.
     *
     * @param sizes largest first; none if there is no such cut
     * @param cost infinite if there is no such cut
     */
    private record Cut(List<Integer> sizes, double cost) {
        /**
         * The cheapest cut of a number into parts of some sizes.
         *
         * @param cost of a part, by its size
         * @param beyond whether the last part may reach beyond the end
         */
        static Cut of(int total, int[] sizes, IntToDoubleFunction cost, boolean beyond) {
            double[] best = new double[total + 1];
            int[] taken = new int[total + 1];
            for (int count = 1; count <= total; count++) {
                best[count] = Double.POSITIVE_INFINITY;
                for (int size : sizes) {
                    if (size > count && !beyond) {
                        continue;
                    }
                    double sum = best[Math.max(0, count - size)] + cost.applyAsDouble(size);
                    if (sum < best[count]) {
                        best[count] = sum;
                        taken[count] = size;
                    }
                }
            }
            if (best[total] == Double.POSITIVE_INFINITY) {
                return new Cut(List.of(), best[total]);
            }
            List<Integer> parts = new ArrayList<>();
            for (int left = total; left > 0; left -= taken[left]) {
                parts.add(taken[left]);
            }
            parts.sort(Comparator.reverseOrder());
            return new Cut(List.copyOf(parts), best[total]);
        }
    }
}
