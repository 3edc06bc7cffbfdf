package io.psconv.model.convolution;

import java.util.List;
import java.util.function.IntFunction;

/**
 * With 16 vector registers: tiles of at most twelve sums, each width as long as it does best with.
 *
 * <p>What else a round of their loop takes counts, and what few sums wait for. The model is of a
 * core that begins 5.4 instructions in a cycle, and is within 8 % of what a Zen 3 takes on JDK 17
 * for tiles of two vectors or more (in {@link VectorTiles}, 256 stored values, pixels near).
 */
final class FewRegistersCost extends TileCost {
    /** Instructions of a loop round, but for finding a vector of pixels inside of its array. */
    private static final int OVERHEAD = 5;

    /** Instructions for that, of the first and the last vector of a tile. */
    private static final int CHECK = 3;

    private static final double INSTRUCTIONS_PER_CYCLE = 5.4;

    /** Cycles from a multiply–add to the next of the same sum. */
    private static final double LATENCY = 4;

    /**
     * Filters of tiles. {@code 4x3} tiles keep a sum in memory, at half the speed; {@code 6x2}
     * tiles do not.
     */
    private static final int[] WIDTHS = {6, 5, 4, 2, 1};

    /**
     * Vectors of the longest tile of two filters: {@code 2x5} runs at 98 % of the ceiling on JDK
     * 17, at 37 % on JDK 25.
     */
    private static final int LONGEST_OF_TWO = 4;

    /** Vectors of the longest tile of more. */
    private static final int LONGEST = 2;

    FewRegistersCost(int lanes) {
        super(lanes);
    }

    @Override
    double cycles(int filters, int vectors) {
        int sums = filters * vectors;
        int round = sums + vectors + filters + CHECK * Math.min(vectors, 2) + OVERHEAD;
        return Math.max(LATENCY, Math.max(sums / 2.0, round / INSTRUCTIONS_PER_CYCLE));
    }

    @Override
    int longest(int filters) {
        return filters > 2 ? LONGEST : filters == 2 ? LONGEST_OF_TWO : LONGEST_OF_ONE;
    }

    @Override
    TileWidths tiles(int[] filters, ConvolutionShape shape, TapList[] lists) {
        int lines = FeatureMaps.lines(shape.outHeight() * shape.outWidth());
        return tiles(lines, farShare(shape, lists));
    }

    @Override
    TileWidths tilesOfALine() {
        return tiles(1, 0);
    }

    /**
     * Tiles of images.
     *
     * @param lines that an image's positions take at least
     */
    private TileWidths tiles(int lines, double farShare) {
        return new TileWidths(
                WIDTHS,
                filters -> {
                    int vectors = Math.min(vectors(lines), longest(filters));
                    return cycles(filters, vectors, farShare) / vectors;
                });
    }

    @Override
    RowTiles rowTiles(int[] filters, int vectors) {
        return rowTiles(vectors);
    }

    @Override
    IntFunction<int[]> tilesOf(int vectors, List<Integer> groups) {
        return rowTiles(vectors)::vectors;
    }

    /** All vectors count as from far. */
    private RowTiles rowTiles(int vectors) {
        return new RowTiles(
                WIDTHS,
                filters ->
                        Cut.of(
                                vectors,
                                lengths(filters, LONGEST_OF_ONE),
                                size -> cycles(filters, size, 1),
                                false));
    }

    @Override
    int[] filterVectors() {
        return new int[] {1};
    }
}
