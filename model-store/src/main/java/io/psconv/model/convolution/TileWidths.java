package io.psconv.model.convolution;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Widths that tiles may have, in filters.
 *
 * @param widths of tiles
 * @param cost of a tile, by its width, for as many pixels as all others
 */
record TileWidths(int[] widths, IntToDoubleFunction cost) {
    /**
     * Cuts filters that share their supports into groups of a tile's width, largest first. The sum
     * may exceed {@code filters}: then a group repeats a filter, which costs less than narrow
     * tiles.
     */
    List<Integer> groups(int filters) {
        return cut(filters).sizes();
    }

    /**
     * What all tiles cost.
     *
     * @param filters how many filters share their supports, for each list of supports
     */
    double cost(int[] filters) {
        return Arrays.stream(filters).mapToDouble(shared -> cut(shared).cost()).sum();
    }

    private Cut cut(int filters) {
        return Cut.of(filters, widths, cost, true);
    }
}
