package io.psconv.model.cuda;

import io.psconv.model.cuda.DeviceBuffer.Constant;
import io.psconv.model.cuda.FilterGroups.Group;
import io.psconv.model.cuda.FilterGroups.Read;
import io.psconv.model.format.HalfPrecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lays the groups of a convolution out for the kernels of one precision. */
final class TableBuilder {
    /** Quads that tensor cores sum at once. */
    private static final int STEP = 4;

    /** Slots that tensor cores make at once, and lanes of a warp. */
    private static final int FRAGMENT = 8;

    private static final int LANES = 32;

    /** Quads of slots that a block in single precision takes at most. */
    private static final int MAX_TILE_QUADS = 8;

    /** Fragments that a warp takes: the kernels there are. */
    private static final int[] WIDTHS = {1, 2, 4, 8};

    /** What fetching the reads of a step costs, in fragments. */
    private static final int FETCH = 2;

    /** In a pair: lies nowhere. */
    private static final int NOWHERE = -1;

    private final String layer;
    private final FilterGroups filters;
    private final ChannelOrder output;
    private final float[] bias;

    private final List<int[]> reads = new ArrayList<>();
    private final List<int[]> tiles = new ArrayList<>();
    private final FloatSequence weights = new FloatSequence();
    private final FloatSequence biases = new FloatSequence();
    private final List<Integer> channels = new ArrayList<>();

    /**
     * Takes a layer.
     *
     * @param layer name for messages
     * @param bias by filter
     */
    TableBuilder(String layer, FilterGroups filters, ChannelOrder output, float[] bias) {
        this.layer = layer;
        this.filters = filters;
        this.output = output;
        this.bias = bias;
    }

    /**
     * Tables for {@code convolution_f32}.
     *
     * @param width pixels of a row of the input
     * @param pixelValues values of a pixel of the input
     */
    ConvolutionTables single(int width, int pixelValues) {
        int widest = widest(filters.groups()) / ChannelOrder.QUAD;
        int parts = (widest + MAX_TILE_QUADS - 1) / MAX_TILE_QUADS;
        int tileSlots = (widest + parts - 1) / parts * ChannelOrder.QUAD;
        for (Group each : filters.groups()) {
            int firstRead = reads.size();
            for (Read read : each.reads()) {
                int distance = (read.row() * width + read.column()) * pixelValues + read.position();
                reads.add(new int[] {distance, inside(read)});
            }
            for (List<Integer> slots : tiles(each, tileSlots)) {
                addTile(firstRead, each.reads().size(), weights.size() / ChannelOrder.QUAD, slots);
                for (Read read : each.reads()) {
                    for (int channel = 0; channel < ChannelOrder.QUAD; channel++) {
                        for (int slot : slots) {
                            weights.add(value(slot, read, channel));
                        }
                    }
                }
            }
        }
        return made(tileSlots, Bytes.of(weights.toArray()));
    }

    /**
     * Tables for {@code convolution_f16}.
     *
     * @param width pixels of a row of the input
     * @param pixelBytes distance of pixels in shared memory
     * @throws IllegalArgumentException if a weight is too large for half precision
     */
    ConvolutionTables half(int width, int pixelBytes) {
        List<Group> groups = merged(filters.groups());
        int fragments = fragments((widest(groups) + FRAGMENT - 1) / FRAGMENT);
        int tileSlots = fragments * FRAGMENT;
        for (Group each : groups) {
            List<Read> ordered = spread(each.reads());
            int firstRead = reads.size();
            for (Read read : ordered) {
                int distance =
                        (read.row() * width + read.column()) * pixelBytes
                                + read.position() * Short.BYTES;
                reads.add(new int[] {distance, inside(read)});
            }
            int steps = (ordered.size() + STEP - 1) / STEP;
            while (reads.size() < firstRead + steps * STEP) {
                reads.add(new int[] {0, NOWHERE});
            }
            for (List<Integer> slots : tiles(each, tileSlots)) {
                addTile(firstRead, steps, weights.size() / ChannelOrder.QUAD, slots);
                for (int step = 0; step < steps; step++) {
                    addFragments(slots, ordered, step, fragments);
                }
            }
        }
        checkRange();
        return made(tileSlots, Bytes.halves(weights.toArray()));
    }

    /** By pair of fragments, lane and fragment: the quad of the lane for the slot of the lane. */
    private void addFragments(List<Integer> slots, List<Read> ordered, int step, int fragments) {
        int together = Math.min(fragments, 2);
        for (int pair = 0; pair < fragments; pair += together) {
            for (int lane = 0; lane < LANES; lane++) {
                int entry = step * STEP + lane % STEP;
                for (int fragment = pair; fragment < pair + together; fragment++) {
                    int slot = slots.get(slotOf(fragment, lane / STEP, together));
                    for (int channel = 0; channel < ChannelOrder.QUAD; channel++) {
                        weights.add(
                                entry < ordered.size()
                                        ? value(slot, ordered.get(entry), channel)
                                        : 0);
                    }
                }
            }
        }
    }

    /** The slot of a tile that a column of a fragment makes: lanes make slots side by side. */
    private static int slotOf(int fragment, int column, int together) {
        return together == 1
                ? column
                : fragment / 2 * 2 * FRAGMENT + column / 2 * 4 + fragment % 2 * 2 + column % 2;
    }

    /**
     * Orders reads so that the four of a step lie in different banks of shared memory where they
     * can: pixels are an odd multiple of four quads apart, so only the quad's own place counts.
     */
    private static List<Read> spread(List<Read> reads) {
        List<List<Read>> banks = new ArrayList<>();
        for (int bank = 0; bank < STEP; bank++) {
            banks.add(new ArrayList<>());
        }
        for (Read read : reads) {
            banks.get(read.position() / ChannelOrder.QUAD % STEP).add(read);
        }
        List<Read> ordered = new ArrayList<>();
        int[] taken = new int[STEP];
        int[] uses = new int[STEP];
        while (ordered.size() < reads.size()) {
            if (ordered.size() % STEP == 0) {
                Arrays.fill(uses, 0);
            }
            int best = -1;
            for (int bank = 0; bank < STEP; bank++) {
                int left = banks.get(bank).size() - taken[bank];
                if (left > 0
                        && (best < 0
                                || uses[bank] < uses[best]
                                || (uses[bank] == uses[best]
                                        && left > banks.get(best).size() - taken[best]))) {
                    best = bank;
                }
            }
            ordered.add(banks.get(best).get(taken[best]));
            taken[best]++;
            uses[best]++;
        }
        return ordered;
    }

    /** The width that makes a group of so many fragments at the least cost. */
    private static int fragments(int needed) {
        int best = WIDTHS[0];
        for (int width : WIDTHS) {
            if (cost(needed, width) <= cost(needed, best)) {
                best = width;
            }
        }
        return best;
    }

    private static int cost(int needed, int width) {
        return (needed + width - 1) / width * (width + FETCH);
    }

    private static int widest(List<Group> groups) {
        return groups.stream().mapToInt(group -> group.slots().size()).max().orElseThrow();
    }

    /**
     * Joins neighbours where that costs nothing: groups of four slots leave half of a fragment
     * empty, and two of them read together what each reads alone.
     */
    private static List<Group> merged(List<Group> groups) {
        List<Group> merged = new ArrayList<>();
        for (int index = 0; index < groups.size(); index++) {
            Group group = groups.get(index);
            if (index + 1 < groups.size()) {
                Group both = group.with(groups.get(index + 1));
                if (cost(both) <= cost(group) + cost(groups.get(index + 1))) {
                    group = both;
                    index++;
                }
            }
            merged.add(group);
        }
        return merged;
    }

    private static int cost(Group group) {
        int fragments = (group.slots().size() + FRAGMENT - 1) / FRAGMENT;
        return (group.reads().size() + STEP - 1) / STEP * (fragments + FETCH);
    }

    /** The slots of a group cut into tiles; the last one is filled with {@code NONE}. */
    private static List<List<Integer>> tiles(Group group, int tileSlots) {
        List<List<Integer>> tiles = new ArrayList<>();
        for (int first = 0; first < group.slots().size(); first += tileSlots) {
            List<Integer> tile = new ArrayList<>();
            for (int slot = first; slot < first + tileSlots; slot++) {
                tile.add(slot < group.slots().size() ? group.slots().get(slot) : ChannelOrder.NONE);
            }
            tiles.add(tile);
        }
        return tiles;
    }

    private void addTile(int firstRead, int steps, int firstWeight, List<Integer> slots) {
        tiles.add(new int[] {firstRead, steps, firstWeight, channels.size()});
        for (int slot : slots) {
            channels.add(slot);
            int filter = slot == ChannelOrder.NONE ? ChannelOrder.NONE : output.channel(slot);
            biases.add(filter == ChannelOrder.NONE ? 0 : bias[filter]);
        }
    }

    private float value(int slot, Read read, int channel) {
        return slot == ChannelOrder.NONE ? 0 : filters.value(slot, read, channel);
    }

    private static int inside(Read read) {
        return (1 << read.row()) | (1 << (16 + read.column()));
    }

    private void checkRange() {
        for (float value : weights.toArray()) {
            if (Math.abs(value) > HalfPrecision.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "a weight of layer '"
                                + layer
                                + "' was '"
                                + value
                                + "' but half precision ends at "
                                + HalfPrecision.MAX_VALUE
                                + "; classify in single precision");
            }
        }
    }

    private ConvolutionTables made(int tileSlots, byte[] packed) {
        return new ConvolutionTables(
                constant("reads", Bytes.of(flat(reads))),
                constant("tiles", Bytes.of(flat(tiles))),
                constant("weights", packed),
                constant("bias", Bytes.of(biases.toArray())),
                constant(
                        "channels",
                        Bytes.of(channels.stream().mapToInt(Integer::intValue).toArray())),
                tiles.size(),
                tileSlots,
                isScattered(tileSlots == FRAGMENT ? 2 : ChannelOrder.QUAD));
    }

    /** Whether any of the slots that are made at once are not channels side by side. */
    private boolean isScattered(int together) {
        for (int first = 0; first < channels.size(); first += together) {
            for (int slot = first; slot < first + together; slot++) {
                int expected =
                        channels.get(first) == ChannelOrder.NONE
                                ? ChannelOrder.NONE
                                : channels.get(first) + slot - first;
                if (channels.get(slot) != expected) {
                    return true;
                }
            }
        }
        return false;
    }

    private Constant constant(String what, byte[] bytes) {
        return new Constant(layer + " " + what, bytes);
    }

    private static int[] flat(List<int[]> rows) {
        return rows.stream().flatMapToInt(Arrays::stream).toArray();
    }
}
