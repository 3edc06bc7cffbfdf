package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Convolves with lanes as pixels: tile after tile of the output, all filters of a tile at a time,
 * but for those of a width whose tiles are longer.
 *
 * <p>Positions that are no pixels, behind rows and behind the last one, are computed with the rest
 * and cleared at the end. All filters pass over a tile before the next, so that the pixels it reads
 * come from a near cache; the weights stream.
 */
final class VectorSparseConvolution implements SparseConvolution {
    private final ConvolutionMaps maps;
    private final FilterGroup[] groups;
    private final PixelSource source;
    private final ConvolutionScratch scratch;

    /** By list of supports: what is added to a position's base to read each stored value. */
    private final int[][] taps;

    /** By group: index of each filter's output at position 0. */
    private final int[][] outputBases;

    /** By strip: its first position; one more for the end. */
    private final int[] strips;

    /** By strip: where tiles begin. */
    private final TileCost.Beginning[][] tiles;

    /** How much further on the residual of an output lies. */
    private final int residualShift;

    private final float floor;
    private final LoopPlan plan;

    VectorSparseConvolution(
            ConvolutionShape shape,
            TapList[] lists,
            List<FilterGroup> groups,
            ConvolutionMaps maps,
            ConvolutionScratch scratch) {
        ConvolutionChecks.check(shape, maps);
        this.maps = maps;
        this.groups = groups.toArray(new FilterGroup[0]);
        this.scratch = scratch;
        this.source = PixelSource.of(shape, lists, maps.input(), maps.output(), scratch);
        this.taps = new int[lists.length][];
        for (int list = 0; list < lists.length; list++) {
            taps[list] = lists[list].distances(source);
        }
        this.outputBases = new int[groups.size()][];
        for (int index = 0; index < groups.size(); index++) {
            int[] filters = groups.get(index).filters();
            outputBases[index] = new int[filters.length];
            for (int filter = 0; filter < filters.length; filter++) {
                outputBases[index][filter] = maps.output().origin(filters[filter]);
            }
        }
        @Nullable FeatureMaps residual = maps.residual();
        this.residualShift = residual == null ? 0 : residual.origin(0) - maps.output().origin(0);
        this.floor = maps.relu() ? 0f : Float.NEGATIVE_INFINITY;
        int positions = maps.output().positions();
        int count = (positions + source.stripPositions() - 1) / source.stripPositions();
        this.strips = new int[count + 1];
        this.tiles = new TileCost.Beginning[count][];
        List<Integer> widths = groups.stream().map(group -> group.filters().length).toList();
        for (int strip = 0; strip < count; strip++) {
            strips[strip + 1] = Math.min(positions, strips[strip] + source.stripPositions());
            int vectors = (strips[strip + 1] - strips[strip]) / LANES;
            tiles[strip] =
                    TileCost.here().beginnings(vectors, widths).toArray(TileCost.Beginning[]::new);
        }
        this.plan = plan(shape, lists);
    }

    private LoopPlan plan(ConvolutionShape shape, TapList[] lists) {
        TreeSet<String> names = new TreeSet<>();
        double farShare = TileCost.here().farShare(shape, lists);
        double cycles = 0;
        for (TileCost.Beginning[] strip : tiles) {
            for (TileCost.Beginning beginning : strip) {
                for (FilterGroup group : groups) {
                    int filters = group.filters().length;
                    int vectors = beginning.vectors()[filters];
                    if (vectors > 0) {
                        names.add(filters + "x" + vectors);
                        cycles +=
                                TileCost.here().cycles(filters, vectors, farShare)
                                        * lists[group.supportList()].length();
                    }
                }
            }
        }
        // The ceiling is two vectors of multiply–adds a cycle.
        double cost = 2.0 * LANES * cycles;
        return new LoopPlan(source.family(), List.copyOf(names.descendingSet()), cost);
    }

    /** A strip is gathered, then computed; at the end borders are cleared. */
    @Override
    public int phases() {
        return 2 * tiles.length + 1;
    }

    @Override
    public int bands() {
        return 1;
    }

    @Override
    public void run(int phase, int part, int parts) {
        int strip = phase / 2;
        if (strip == tiles.length) {
            int channels = maps.output().channels();
            maps.output().clearBorders(channels * part / parts, channels * (part + 1) / parts);
        } else if (phase % 2 == 0) {
            source.gather(strips[strip], strips[strip + 1], part, parts);
        } else {
            compute(strip, part, parts);
        }
    }

    private void compute(int strip, int part, int parts) {
        int from = groups.length * part / parts;
        int to = groups.length * (part + 1) / parts;
        float[] sums = scratch.sums(part);
        float[] output = maps.output().values();
        @Nullable FeatureMaps residual = maps.residual();
        for (TileCost.Beginning beginning : tiles[strip]) {
            int position = strips[strip] + beginning.vector() * LANES;
            int base = source.base(position);
            for (int index = from; index < to; index++) {
                FilterGroup group = groups[index];
                int vectors = beginning.vectors()[group.filters().length];
                if (vectors == 0) {
                    continue;
                }
                VectorTiles.tile(
                        group, vectors, source.values(), base, taps[group.supportList()], sums);
                if (residual == null) {
                    VectorRows.store(sums, vectors, outputBases[index], position, floor, output);
                } else {
                    VectorRows.addAndStore(
                            sums,
                            vectors,
                            outputBases[index],
                            position,
                            residual.values(),
                            residualShift,
                            floor,
                            output);
                }
            }
        }
    }

    @Override
    public LoopPlan plan() {
        return plan;
    }
}
