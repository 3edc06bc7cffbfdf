package io.psconv.model.convolution;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** How rows, or strips of pixels, are cut into tiles, by how many filters these have. */
final class RowTiles {
    /** By number of filters; of no cost that is finite if such tiles do not make up a row. */
    private final Cut[] rows = new Cut[TileCost.MOST_FILTERS + 1];

    private final TileWidths widths;

    /**
     * Tiles that make up rows.
     *
     * @param widths that tiles may have, in filters
     * @param row cuts a row into tiles of so many filters
     */
    RowTiles(int[] widths, IntFunction<Cut> row) {
        Arrays.fill(rows, Cut.NONE);
        for (int filters : widths) {
            rows[filters] = row.apply(filters);
        }
        this.widths = new TileWidths(widths, width -> rows[width].cost());
    }

    /** Cuts filters that share their supports into groups, as {@link TileWidths#groups} does. */
    List<Integer> groups(int filters) {
        return widths.groups(filters);
    }

    /** What all tiles of a row cost, as {@link TileWidths#cost} says it. */
    double cost(int[] filters) {
        return widths.cost(filters);
    }

    /** Vectors of each of a row's tiles of so many filters. */
    int[] vectors(int filters) {
        if (rows[filters].sizes().isEmpty()) {
            throw new IllegalStateException("no tiles of " + filters + " filters make up rows");
        }
        return rows[filters].sizes().stream().mapToInt(Integer::intValue).toArray();
    }
}
