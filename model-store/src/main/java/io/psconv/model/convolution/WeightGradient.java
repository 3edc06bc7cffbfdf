package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;

import io.psconv.model.pattern.LayerSupports;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of a convolution by its stored values: {@code dw[o][i][k] = Σ dy[o][p] · x[i][p +
 * k]} over the pixels of all images.
 *
 * <p>Sums of some images are kept in the order in which the tiles make them, a <em>slot</em>; those
 * of several are added and put in the values' order at the end.
 */
final class WeightGradient {
    /** Most filters of a tile whose lanes are pixels. */
    private static final int PIXEL_LANES = VectorTiles.MANY_REGISTERS ? 4 : 2;

    /** Most stored values that a tile takes: the next multiple is filled up with the last one. */
    private static final int MOST_VALUES = 8;

    /**
     * Filters that are computed together.
     *
     * @param filters as many as a tile takes, the last perhaps repeated
     * @param start of their sums in a slot
     * @param values of each filter, up to a multiple of what a tile takes
     * @param targets where sums go among the layer's stored values, -1 for those that repeat others
     */
    private record Group(int[] filters, int list, int start, int values, int[] targets) {}

    private final TapList[] lists;
    private final Group[] groups;
    private final int slotLength;

    WeightGradient(LayerSupports supports, TapList[] lists) {
        this.lists = lists;
        int[] listByFilter = new int[supports.filters()];
        for (int filter = 0; filter < listByFilter.length; filter++) {
            listByFilter[filter] = supports.supportList(filter);
        }
        List<Group> made = new ArrayList<>();
        int start = 0;
        for (List<Integer> filters : FilterGroup.byList(listByFilter)) {
            for (int[] group : FilterGroup.cut(filters, sizes(filters.size()))) {
                int list = listByFilter[group[0]];
                int[] targets = targets(group, lists[list].length(), supports.valuesPerFilter());
                int values = targets.length / group.length;
                made.add(new Group(group, list, start, values, targets));
                start += targets.length;
            }
        }
        this.groups = made.toArray(new Group[0]);
        this.slotLength = start;
    }

    /**
     * Cuts filters into groups: where at least two vectors of them share their supports, four or
     * two vectors; otherwise, and for the rest, four filters, two or one. Four, of either, make 24
     * sums, for which registers must suffice.
     */
    private static List<Integer> sizes(int filters) {
        List<Integer> sizes = new ArrayList<>();
        int left = filters;
        while (VectorTiles.MANY_REGISTERS && left > 3 * LANES) {
            sizes.add(4 * LANES);
            left -= 4 * LANES;
        }
        while (left > LANES + LANES / 2) {
            sizes.add(2 * LANES);
            left -= 2 * LANES;
        }
        while (left > 2) {
            sizes.add(PIXEL_LANES);
            left -= PIXEL_LANES;
        }
        if (left > 0) {
            sizes.add(left);
        }
        return sizes;
    }

    private static int taken(int filters) {
        return filters > 1 ? 6 : MOST_VALUES;
    }

    private static int[] targets(int[] group, int values, int valuesPerFilter) {
        int taken = taken(group.length);
        int padded = (values + taken - 1) / taken * taken;
        int[] targets = new int[padded * group.length];
        Arrays.fill(targets, -1);
        for (int value = 0; value < values; value++) {
            for (int index = 0; index < group.length; index++) {
                if (index == 0 || group[index] != group[index - 1]) {
                    targets[value * group.length + index] = group[index] * valuesPerFilter + value;
                }
            }
        }
        return targets;
    }

    /** Values of a slot. */
    int slotLength() {
        return slotLength;
    }

    /**
     * Adds slots up, two and two, and puts the sums in the values' order, for a part of the groups.
     *
     * @param slots of {@link #slotLength} values each; overwritten
     * @param gradient {@code (filters, valuesPerFilter)}
     */
    void collect(float[][] slots, float[] gradient, int part, int parts) {
        int end = groups.length * (part + 1) / parts;
        for (int index = groups.length * part / parts; index < end; index++) {
            Group group = groups[index];
            int from = group.start;
            int to = from + group.targets.length;
            for (int step = 1; step < slots.length; step *= 2) {
                for (int slot = 0; slot + step < slots.length; slot += 2 * step) {
                    add(slots[slot + step], slots[slot], from, to);
                }
            }
            for (int sum = from; sum < to; sum++) {
                int target = group.targets[sum - from];
                if (target >= 0) {
                    gradient[target] = slots[0][sum];
                }
            }
        }
    }

    private static void add(float[] from, float[] to, int start, int end) {
        for (int index = start; index < end; index++) {
            to[index] += from[index];
        }
    }

    /** Plans the gradient between given maps. */
    Loops bind(
            ConvolutionShape shape,
            FeatureMaps input,
            FeatureMaps upstream,
            ConvolutionScratch scratch) {
        return new Loops(PixelSource.of(shape, lists, input, upstream, scratch), upstream, scratch);
    }

    /** The gradient between given maps. */
    final class Loops {
        private final PixelSource source;
        private final FeatureMaps upstream;
        private final int[][] taps;
        private final ConvolutionScratch scratch;
        private final float[] sums = new float[GradientTiles.SUMS_LENGTH];

        private Loops(PixelSource source, FeatureMaps upstream, ConvolutionScratch scratch) {
            this.source = source;
            this.upstream = upstream;
            this.scratch = scratch;
            this.taps = new int[lists.length][];
            for (int list = 0; list < lists.length; list++) {
                int[] distances = lists[list].distances(source);
                int last = distances[distances.length - 1];
                int padded = distances.length + MOST_VALUES;
                taps[list] = Arrays.copyOf(distances, padded);
                Arrays.fill(taps[list], distances.length, padded, last);
            }
            int strip = Math.min(source.stripPositions(), upstream.positions());
            int widest = PIXEL_LANES;
            for (Group group : groups) {
                widest = Math.max(widest, group.filters.length);
            }
            scratch.requireUpstream(GradientTiles.UPSTREAM + widest * (strip + LANES));
        }

        /** Adds what these maps give to a slot. */
        void accumulate(float[] slot) {
            int positions = upstream.positions();
            for (int from = 0; from < positions; from += source.stripPositions()) {
                int to = Math.min(positions, from + source.stripPositions());
                source.gather(from, to, 0, 1);
                for (Group group : groups) {
                    if (group.filters.length > PIXEL_LANES) {
                        byFilter(group, from, to - from, slot);
                    } else {
                        byPixel(group, from, (to - from) / LANES, slot);
                    }
                }
            }
        }

        private void byFilter(Group group, int from, int positions, float[] slot) {
            int filters = group.filters.length;
            float[] packed = scratch.upstream();
            for (int index = 0; index < filters; index++) {
                int origin = upstream.origin(group.filters[index]) + from;
                float[] read = upstream.values();
                int to = GradientTiles.UPSTREAM + index;
                for (int position = 0; position < positions; position++) {
                    packed[to + position * filters] = read[origin + position];
                }
            }
            float[] pixels = source.values();
            int base = source.base(from);
            int[] list = taps[group.list];
            int taken = taken(filters);
            for (int value = 0; value < group.values; value += taken) {
                int to = group.start + value * filters;
                if (filters == 4 * LANES) {
                    GradientTiles.filters4x6(
                            packed, pixels, base, list, value, positions, slot, to);
                } else {
                    GradientTiles.filters2x6(
                            packed, pixels, base, list, value, positions, slot, to);
                }
            }
        }

        private void byPixel(Group group, int from, int vectors, float[] slot) {
            int filters = group.filters.length;
            float[] packed = scratch.upstream();
            for (int index = 0; index < filters; index++) {
                int origin = upstream.origin(group.filters[index]) + from;
                VectorRows.interleave(upstream.values(), origin, vectors, packed, index, filters);
            }
            float[] pixels = source.values();
            int base = source.base(from);
            int[] list = taps[group.list];
            int taken = taken(filters);
            for (int value = 0; value < group.values; value += taken) {
                switch (filters) {
                    case 4 ->
                            GradientTiles.tile4x6(packed, pixels, base, list, value, vectors, sums);
                    case 2 ->
                            GradientTiles.tile2x6(packed, pixels, base, list, value, vectors, sums);
                    case 1 ->
                            GradientTiles.tile1x8(packed, pixels, base, list, value, vectors, sums);
                    default ->
                            throw new IllegalStateException("no tile has " + filters + " filters");
                }
                GradientTiles.addLanes(sums, taken * filters, slot, group.start + value * filters);
            }
        }
    }
}
