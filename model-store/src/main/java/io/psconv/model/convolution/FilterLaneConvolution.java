package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Convolves maps of few positions, which would leave most lanes of pixels idle: lanes are filters.
 *
 * <p>All positions are a tile's, so that every weight is read once, in the order of the memory:
 * such layers wait for little else. Positions that are no pixels are computed with the rest and
 * cleared at the end.
 */
final class FilterLaneConvolution implements SparseConvolution {
    private final FilterLanes lanes;
    private final ConvolutionMaps maps;
    private final PixelSource source;
    private final ConvolutionScratch scratch;

    /** By list of supports: what is added to the first position's base to read each value. */
    private final int[][] taps;

    private final int positions;

    /** How much further on the residual of an output lies. */
    private final int residualShift;

    private final float floor;

    FilterLaneConvolution(
            ConvolutionShape shape,
            FilterLanes lanes,
            ConvolutionMaps maps,
            ConvolutionScratch scratch) {
        ConvolutionChecks.check(shape, maps);
        this.lanes = lanes;
        this.maps = maps;
        this.scratch = scratch;
        this.source = PixelSource.of(shape, lanes.lists(), maps.input(), maps.output(), scratch);
        this.taps =
                Arrays.stream(lanes.lists())
                        .map(list -> list.distances(source))
                        .toArray(int[][]::new);
        this.positions = positions(maps.output());
        @Nullable FeatureMaps residual = maps.residual();
        this.residualShift = residual == null ? 0 : residual.origin(0) - maps.output().origin(0);
        this.floor = maps.relu() ? 0f : Float.NEGATIVE_INFINITY;
    }

    /** Whether a tile has all positions, and costs less so than with lanes as pixels. */
    static boolean suits(ConvolutionWeights weights, FeatureMaps output) {
        return positions(output) <= FilterTiles.POSITIONS
                && TileCost.here()
                        .prefersFilterLanes(FilterGroup.filtersByList(weights.supports()));
    }

    private static int positions(FeatureMaps output) {
        return output.height() * output.rowStride();
    }

    /** Pixels are gathered, then filters computed, then borders cleared. */
    @Override
    public int phases() {
        return 3;
    }

    @Override
    public int bands() {
        return 1;
    }

    @Override
    public void run(int phase, int part, int parts) {
        FeatureMaps output = maps.output();
        switch (phase) {
            case 0 -> source.gather(0, output.positions(), part, parts);
            case 1 -> compute(part, parts);
            default -> {
                int channels = output.channels();
                output.clearBorders(channels * part / parts, channels * (part + 1) / parts);
            }
        }
    }

    private void compute(int part, int parts) {
        float[] sums = scratch.sums(part);
        List<FilterLanes.Group> groups = lanes.groups();
        int count = groups.size();
        for (int index = count * part / parts; index < count * (part + 1) / parts; index++) {
            FilterLanes.Group group = groups.get(index);
            FilterTiles.tile(
                    group.vectors(),
                    source.values(),
                    source.base(0),
                    taps[group.supportList()],
                    lanes.values(),
                    group.start(),
                    sums);
            store(sums, group.filters());
        }
    }

    private void store(float[] sums, int[] filters) {
        float[] output = maps.output().values();
        @Nullable FeatureMaps residual = maps.residual();
        for (int filter = 0; filter < filters.length; filter++) {
            int read = VectorTiles.SUMS + filter;
            int origin = maps.output().origin(filters[filter]);
            for (int to = origin; to < origin + positions; to++) {
                float sum = sums[read];
                if (residual != null) {
                    sum += residual.values()[to + residualShift];
                }
                output[to] = Math.max(sum, floor);
                read += filters.length;
            }
        }
    }

    @Override
    public LoopPlan plan() {
        TreeSet<String> names = new TreeSet<>();
        double cycles = 0;
        for (FilterLanes.Group group : lanes.groups()) {
            names.add(FilterTiles.POSITIONS + "x" + group.vectors());
            cycles +=
                    TileCost.here().cycles(FilterTiles.POSITIONS, group.vectors())
                            * lanes.lists()[group.supportList()].length();
        }
        // The ceiling is two vectors of multiply–adds a cycle.
        double cost = 2.0 * LANES * cycles;
        return new LoopPlan("filters", List.copyOf(names.descendingSet()), cost);
    }
}
