package io.psconv.model.convolution;

import java.util.List;
import java.util.function.IntFunction;

/**
 * With 32 vector registers: tiles of at most 24 sums.
 *
 * <p>The model is of a core that begins four instructions in a cycle, of them two multiply–adds and
 * two loads; a vector of pixels lies on two cache lines. Spreading a weight over a vector counts as
 * two instructions, which is what measuring gave. On a core with one multiply–add a cycle the order
 * of the tiles is the same.
 */
final class ManyRegistersCost extends TileCost {
    /** Instructions of a loop round besides multiply–adds and loads. */
    private static final int OVERHEAD = 9;

    /** Filters of tiles that are long: up to six vectors. */
    private static final int[] LONG_TILES = {4, 2, 1};

    /** Filters of tiles that are short: up to three vectors. */
    private static final int[] SHORT_TILES = {8, 7, 4, 2, 1};

    /** Filters of tiles of a row of lines. */
    private static final int[] ROW_TILES = {8, 7, 6, 4, 2, 1};

    /** Vectors of the longest tile of two or four filters. */
    private static final int LONGEST = 6;

    /** Vectors of the only tile of six filters. */
    private static final int OF_SIX = 4;

    /** Vectors of the longest tile of more. */
    private static final int SHORT = 3;

    /** Positions of an image below which long tiles would not be filled. */
    private static final int FEW_POSITIONS = 4 * FeatureMaps.LINE;

    ManyRegistersCost(int lanes) {
        super(lanes);
    }

    @Override
    double cycles(int filters, int vectors) {
        int sums = filters * vectors;
        double loads = (2 * vectors + filters) / 2.0;
        double instructions = (sums + vectors + 2 * filters + OVERHEAD) / 4.0;
        return Math.max(sums / 2.0, Math.max(loads, instructions));
    }

    @Override
    int longest(int filters) {
        if (filters > 4) {
            return filters == 6 ? OF_SIX : SHORT;
        }
        return filters == 1 ? LONGEST_OF_ONE : LONGEST;
    }

    @Override
    boolean hasTile(int filters, int vectors) {
        return filters == 6 ? vectors == OF_SIX : super.hasTile(filters, vectors);
    }

    /** Long or short ones for all filters, since tiles of a width are as long as the widest. */
    @Override
    TileWidths tiles(int[] filters, ConvolutionShape shape, TapList[] lists) {
        double farShare = farShare(shape, lists);
        TileWidths longTiles = tiles(LONG_TILES, LONGEST, farShare);
        TileWidths shortTiles = tiles(SHORT_TILES, SHORT, farShare);
        boolean takesLong =
                shape.outHeight() * shape.outWidth() >= FEW_POSITIONS
                        && longTiles.cost(filters) <= shortTiles.cost(filters);
        return takesLong ? longTiles : shortTiles;
    }

    @Override
    TileWidths tilesOfALine() {
        return tiles(SHORT_TILES, SHORT, 0);
    }

    private TileWidths tiles(int[] widths, int length, double farShare) {
        return new TileWidths(widths, filters -> cycles(filters, length, farShare) / length);
    }

    @Override
    RowTiles rowTiles(int[] filters, int vectors) {
        RowTiles best = rowTiles(vectors, 1);
        for (int length = 2; length <= LONGEST; length++) {
            RowTiles tiles = rowTiles(vectors, length);
            if (tiles.cost(filters) < best.cost(filters)) {
                best = tiles;
            }
        }
        return best;
    }

    /**
     * Tiles for rows.
     *
     * @param length vectors of the longest tile; all filters have such tiles: longer ones of few
     *     filters would cost less, but read more pixels from far
     */
    private RowTiles rowTiles(int vectors, int length) {
        return new RowTiles(
                ROW_TILES,
                filters ->
                        hasTile(filters, length)
                                ? Cut.of(
                                        vectors,
                                        lengths(filters, length),
                                        size -> cycles(filters, size),
                                        false)
                                : Cut.NONE);
    }

    /** The same tiles for all groups. */
    @Override
    IntFunction<int[]> tilesOf(int vectors, List<Integer> groups) {
        int widest = groups.stream().max(Integer::compare).orElseThrow();
        Cut cut =
                Cut.of(
                        vectors,
                        lengths(widest, longest(widest)),
                        size -> groups.stream().mapToDouble(group -> cycles(group, size)).sum(),
                        false);
        int[] tiles = cut.sizes().stream().mapToInt(Integer::intValue).toArray();
        return filters -> tiles;
    }

    @Override
    int[] filterVectors() {
        return new int[] {3, 2, 1};
    }
}
