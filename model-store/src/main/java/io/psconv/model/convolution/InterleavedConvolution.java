package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Convolves interleaved maps: lanes are images, and a tile's vectors are adjacent columns of a row.
 *
 * <p>Every vector is a cache line, or lies on one, where the collector places the maps' array at a
 * multiple of 64, as it does with arrays larger than half of its regions; vectors that lie on two
 * lines cost up to 40 % of the speed. All filters pass over a row before the next: the three rows
 * of the input that they read stay in the second-level cache. Maps of few rows stay there as a
 * whole: of these a band is all rows, so that weights, of which such layers have most, are read
 * once.
 */
final class InterleavedConvolution implements SparseConvolution {
    /** Rows up to which all are computed together. */
    private static final int FEW_ROWS = 4;

    private final ConvolutionMaps maps;
    private final LineSource source;
    private final ConvolutionScratch scratch;

    /** Rows that are computed together: all, or one. */
    private final int bandRows;

    private final int bands;

    /** By row of the output. */
    private final RowWeights.Inside[] inside;

    /** By row of the output, then list of supports: distances of what is read. */
    private final int[][][] taps;

    /** By group: vectors of each of a row's tiles. */
    private final int[][] tiles;

    /**
     * By group, then tile: where its vectors lie in a row of the output; null if they do so one by
     * one.
     */
    private final int @Nullable [][][] places;

    /** By group: index of each filter's output at position 0. */
    private final int[][] outputBases;

    /** How much further on the residual of an output lies. */
    private final int residualShift;

    private final float floor;

    InterleavedConvolution(
            ConvolutionShape shape,
            RowWeights weights,
            ConvolutionMaps maps,
            ConvolutionScratch scratch) {
        ConvolutionChecks.check(shape, maps);
        this.maps = maps;
        this.scratch = scratch;
        int rows = shape.outHeight();
        this.inside = new RowWeights.Inside[rows];
        for (int row = 0; row < rows; row++) {
            inside[row] = weights.of(weights.set(row));
        }
        this.source = LineSource.of(shape, inside, maps.input(), scratch);
        this.bandRows = source.inPlace() && rows <= FEW_ROWS ? rows : 1;
        this.bands = rows / bandRows;
        Map<Integer, int[][]> distances = new HashMap<>();
        this.taps = new int[rows][][];
        for (int row = 0; row < rows; row++) {
            TapList[] lists = inside[row].lists();
            taps[row] = distances.computeIfAbsent(weights.set(row), set -> distances(lists));
        }
        FilterGroup[] groups = inside[0].groups();
        this.tiles = new int[groups.length][];
        this.places =
                maps.output().layout() == FeatureMaps.Layout.COLUMNS_APART
                        ? new int[groups.length][][]
                        : null;
        this.outputBases = new int[groups.length][];
        for (int index = 0; index < groups.length; index++) {
            int[] filters = groups[index].filters();
            tiles[index] = weights.tiles(filters.length);
            if (places != null) {
                places[index] = places(tiles[index], maps.output());
            }
            outputBases[index] = new int[filters.length];
            for (int filter = 0; filter < filters.length; filter++) {
                outputBases[index][filter] = maps.output().origin(filters[filter]);
            }
        }
        @Nullable FeatureMaps residual = maps.residual();
        this.residualShift = residual == null ? 0 : residual.origin(0) - maps.output().origin(0);
        this.floor = maps.relu() ? 0f : Float.NEGATIVE_INFINITY;
    }

    private static int[][] places(int[] tiles, FeatureMaps output) {
        int[][] places = new int[tiles.length][];
        int position = 0;
        for (int tile = 0; tile < tiles.length; tile++) {
            places[tile] = new int[tiles[tile]];
            for (int vector = 0; vector < tiles[tile]; vector++) {
                int column = output.column(position / FeatureMaps.INTERLEAVED_IMAGES);
                places[tile][vector] = column + position % FeatureMaps.INTERLEAVED_IMAGES;
                position += LANES;
            }
        }
        return places;
    }

    private int[][] distances(TapList[] lists) {
        int[][] distances = new int[lists.length][];
        for (int list = 0; list < lists.length; list++) {
            distances[list] = lists[list].distances(source);
        }
        return distances;
    }

    /** A band is gathered, then computed. */
    @Override
    public int phases() {
        return 2 * bands;
    }

    @Override
    public int bands() {
        return bands;
    }

    @Override
    public void run(int phase, int part, int parts) {
        int firstRow = phase / 2 * bandRows;
        if (phase % 2 == 0) {
            source.gather(firstRow, part, parts);
        } else {
            compute(firstRow, part, parts);
        }
    }

    private void compute(int firstRow, int part, int parts) {
        int groups = outputBases.length;
        float[] sums = scratch.sums(part);
        for (int index = groups * part / parts; index < groups * (part + 1) / parts; index++) {
            for (int row = firstRow; row < firstRow + bandRows; row++) {
                compute(row, index, sums);
            }
        }
        int channels = maps.output().channels();
        for (int row = firstRow; row < firstRow + bandRows; row++) {
            maps.output().clearBesides(row, channels * part / parts, channels * (part + 1) / parts);
        }
    }

    private void compute(int row, int index, float[] sums) {
        FilterGroup group = inside[row].groups()[index];
        int[] list = taps[row][group.supportList()];
        float[] read = source.values();
        int base = source.base(row);
        int start = row * maps.output().rowStride();
        int position = start;
        int[] vectors = tiles[index];
        for (int tile = 0; tile < vectors.length; tile++) {
            VectorTiles.tile(group, vectors[tile], read, base, list, sums);
            if (places == null) {
                store(sums, vectors[tile], outputBases[index], position);
            } else {
                storeApart(sums, places[index][tile], outputBases[index], start, position);
            }
            base += vectors[tile] * LANES;
            position += vectors[tile] * LANES;
        }
    }

    private void store(float[] sums, int vectors, int[] filters, int position) {
        float[] output = maps.output().values();
        @Nullable FeatureMaps residual = maps.residual();
        if (residual == null) {
            VectorRows.store(sums, vectors, filters, position, floor, output);
        } else {
            VectorRows.addAndStore(
                    sums,
                    vectors,
                    filters,
                    position,
                    residual.values(),
                    residualShift,
                    floor,
                    output);
        }
    }

    private void storeApart(float[] sums, int[] placed, int[] filters, int start, int position) {
        float[] output = maps.output().values();
        @Nullable FeatureMaps residual = maps.residual();
        if (residual == null) {
            VectorRows.storeApart(sums, placed, filters, start, floor, output);
        } else {
            VectorRows.addAndStoreApart(
                    sums,
                    placed,
                    filters,
                    start,
                    residual.values(),
                    position + residualShift,
                    floor,
                    output);
        }
    }

    @Override
    public LoopPlan plan() {
        TreeSet<String> names = new TreeSet<>();
        double cycles = 0;
        for (int row = 0; row < inside.length; row++) {
            FilterGroup[] groups = inside[row].groups();
            for (int index = 0; index < groups.length; index++) {
                int filters = groups[index].filters().length;
                int values = taps[row][groups[index].supportList()].length;
                for (int vectors : tiles[index]) {
                    names.add(filters + "x" + vectors);
                    cycles += TileCost.here().cycles(filters, vectors) * values;
                }
            }
        }
        // The ceiling is two vectors of multiply–adds a cycle.
        double cost = 2.0 * LANES * cycles;
        return new LoopPlan(source.family(), List.copyOf(names.descendingSet()), cost);
    }
}
