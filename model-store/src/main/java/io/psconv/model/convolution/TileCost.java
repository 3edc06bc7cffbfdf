package io.psconv.model.convolution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What a register tile costs, and how filters and vectors are cut into tiles by that: one model for
 * each number of vector registers, since these decide which tiles there are.
 *
 * <p>A vector from the second-level cache adds half a cycle in whole layers, and up to two where
 * nothing else is at work: so tiles of one or two filters cost far more there than their
 * multiply–adds.
 */
abstract sealed class TileCost permits FewRegistersCost, ManyRegistersCost {
    /** Filters of the widest tile. */
    static final int MOST_FILTERS = 8;

    /** Vectors of the longest tile of one filter. */
    static final int LONGEST_OF_ONE = 8;

    /** Pixels that all filters read for a tile, in a first-level cache. */
    private static final int NEAR_BYTES = 48 * 1024;

    private static final double FAR_CYCLES = 0.5;

    private final int lanes;

    /**
     * A model of a machine.
     *
     * @param lanes of a vector
     */
    TileCost(int lanes) {
        this.lanes = lanes;
    }

    /** Of the tiles that run here. */
    static TileCost here() {
        return Here.COST;
    }

    /** Apart, since no class may wait for those that extend it. */
    private static final class Here {
        private static final TileCost COST =
                VectorTiles.MANY_REGISTERS
                        ? new ManyRegistersCost(VectorTiles.LANES)
                        : new FewRegistersCost(VectorTiles.LANES);
    }

    /** Cycles that a tile takes for each stored value, with pixels near. */
    abstract double cycles(int filters, int vectors);

    /** Vectors of the longest tile of so many filters. */
    abstract int longest(int filters);

    /**
     * Chooses the tiles of a layer.
     *
     * @param filters how many filters share their supports, for each list of supports
     */
    abstract TileWidths tiles(int[] filters, ConvolutionShape shape, TapList[] lists);

    /** The same for images of one line of positions each, with pixels near. */
    abstract TileWidths tilesOfALine();

    /**
     * Chooses tiles for rows of lines, see {@link InterleavedConvolution}.
     *
     * @param filters how many filters share their supports, for each list of supports
     * @param vectors of a row
     */
    abstract RowTiles rowTiles(int[] filters, int vectors);

    /**
     * Cuts adjacent vectors into tiles, for groups of filters that pass over them together.
     *
     * @param groups widths of the groups
     * @return by width: vectors of each tile
     */
    abstract IntFunction<int[]> tilesOf(int vectors, List<Integer> groups);

    /** Vectors of filters in tiles of {@link FilterTiles}. */
    abstract int[] filterVectors();

    /** There is no tile of seven vectors. */
    boolean hasTile(int filters, int vectors) {
        return vectors <= longest(filters) && vectors != 7;
    }

    /** Vectors of tiles that there are of so many filters, but for those longer than some. */
    final int[] lengths(int filters, int most) {
        return IntStream.rangeClosed(1, most).filter(size -> hasTile(filters, size)).toArray();
    }

    /** Vectors that some lines of pixels fill. */
    final int vectors(int lines) {
        return lines * FeatureMaps.LINE / lanes;
    }

    /**
     * Cycles that a tile takes for each stored value.
     *
     * @param farShare as {@link #farShare} says
     */
    final double cycles(int filters, int vectors, double farShare) {
        return cycles(filters, vectors) + FAR_CYCLES * farShare * vectors;
    }

    /**
     * Share of a tile's vectors of pixels that come from the second-level cache: the first that a
     * list reads of a run, as {@link TapList#runs} counts them, unless what all lists read stays in
     * the first one.
     */
    final double farShare(ConvolutionShape shape, TapList[] lists) {
        long tile = (long) longest(4) * lanes;
        long runs = 0;
        long taps = 0;
        boolean neighbours = false;
        for (TapList list : lists) {
            runs += list.runs(shape.stride());
            taps += list.length();
            neighbours |= list.readsNeighbours();
        }
        if (neighbours) {
            tile = (tile + 2L * (shape.outWidth() + 1)) * shape.stride() * shape.stride();
        }
        boolean near = shape.inChannels() * tile * Float.BYTES <= NEAR_BYTES;
        return near || taps == 0 ? 0 : (double) runs / taps;
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
     * @param groups widths of the groups
     */
    final List<Beginning> beginnings(int vectors, List<Integer> groups) {
        IntFunction<int[]> tiles = tilesOf(vectors, groups);
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

    /**
     * Cuts filters that share their supports into tiles with lanes as filters, see {@link
     * FilterTiles}: whole vectors, which may exceed {@code filters}.
     */
    final List<Integer> filterLanes(int filters) {
        return cutLanes(filters).sizes().stream().map(vectors -> vectors * lanes).toList();
    }

    private Cut cutLanes(int filters) {
        int vectors = (filters + lanes - 1) / lanes;
        return Cut.of(vectors, filterVectors(), size -> cycles(FilterTiles.POSITIONS, size), false);
    }

    /**
     * Whether lanes as filters cost less than lanes as pixels where there are few of these.
     *
     * @param filters how many filters share their supports, for each list of supports
     */
    final boolean prefersFilterLanes(int[] filters) {
        TileWidths tiles = tilesOfALine();
        double asFilters = 0;
        List<Integer> groups = new ArrayList<>();
        for (int shared : filters) {
            asFilters += cutLanes(shared).cost();
            groups.addAll(tiles.groups(shared));
        }
        double asPixels = 0;
        for (Beginning beginning : beginnings(vectors(1), groups)) {
            for (int group : groups) {
                int size = beginning.vectors[group];
                asPixels += size == 0 ? 0 : cycles(group, size);
            }
        }
        return asFilters < asPixels;
    }
}
