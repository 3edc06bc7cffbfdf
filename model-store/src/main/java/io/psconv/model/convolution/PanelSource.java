package io.psconv.model.convolution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pixels copied together, once for each kernel column in use, so that any shape reads whole
 * vectors: for stride 2, and where rows touch.
 *
 * <p>A copy has the rows and columns of the output, and holds what the kernel's column reads there,
 * with zeros for what lies outside the image. With stride 2 even and odd rows are copied apart. A
 * strip of the output is served at a time, so that the panel stays in the second-level cache.
 */
final class PanelSource implements PixelSource {
    /** Size that strips are cut for, in values: a second-level cache of 1 MiB. */
    private static final int PANEL_VALUES = 256 * 1024;

    /** Tiles of six vectors and of three fill it. */
    private static final int STRIP_UNIT = 6 * FeatureMaps.LINE;

    private final ConvolutionShape shape;
    private final FeatureMaps input;
    private final FeatureMaps output;
    private final ConvolutionScratch scratch;

    /** The middle column before the left one, whose zeros are set when both are copied. */
    private static final int[] ORDER = {1, 0, 2, 4, 3, 5};

    /** By {@link #copyOf}: where it starts in a channel's panel, -1 if nothing reads it. */
    private final int[] blocks = new int[6];

    private final int stripPositions;
    private final int blockStride;
    private final int channelStride;

    /** By strip, then copy. */
    private final Copy[][] copies;

    private int firstRow;

    PanelSource(
            ConvolutionShape shape,
            TapList[] lists,
            FeatureMaps input,
            FeatureMaps output,
            ConvolutionScratch scratch) {
        this.shape = shape;
        this.input = input;
        this.output = output;
        this.scratch = scratch;
        int blockCount = assignBlocks(lists);
        int perPosition = Math.multiplyExact(shape.inChannels(), blockCount);
        int strip = PANEL_VALUES / perPosition / STRIP_UNIT * STRIP_UNIT;
        this.stripPositions = Math.min(output.positions(), Math.max(STRIP_UNIT, strip));
        int count = (output.positions() + stripPositions - 1) / stripPositions;
        this.copies = new Copy[count][];
        int longest = 0;
        for (int index = 0; index < count; index++) {
            copies[index] = copies(index * stripPositions);
            for (Copy copy : copies[index]) {
                longest = Math.max(longest, copy.length());
            }
        }
        // Vectors overrun the last run by less than a line.
        this.blockStride = (FeatureMaps.lines(longest + FeatureMaps.LINE) | 1) * FeatureMaps.LINE;
        this.channelStride = blockCount * blockStride;
        scratch.requirePanel(
                Math.addExact(
                        Math.multiplyExact(shape.inChannels(), channelStride),
                        FeatureMaps.ALIGNED_START));
    }

    private int assignBlocks(TapList[] lists) {
        int used = 0;
        for (TapList list : lists) {
            for (int position : list.positions()) {
                used |= 1 << position;
            }
        }
        Arrays.fill(blocks, -1);
        int count = 0;
        for (int tap = 0; tap < 9; tap++) {
            if ((used >> tap & 1) != 0 && blocks[copyOf(tap)] < 0) {
                blocks[copyOf(tap)] = count++;
            }
        }
        return Math.max(1, count);
    }

    /** Which copy a tap reads: its column, and with stride 2 whether its row is an odd one. */
    private int copyOf(int tap) {
        boolean odd = shape.stride() == 2 && tap / 3 != 1;
        int column = readsLeftCopy(tap) ? 0 : tap % 3;
        return column + (odd ? 3 : 0);
    }

    /**
     * Whether a tap of the right column reads the left column's copy one place further on: with
     * stride 2 these are the same pixels, and the zero behind a row has room for the last of them.
     */
    private boolean readsLeftCopy(int tap) {
        return tap % 3 == 2 && shape.stride() == 2 && output.bordered();
    }

    /** Row that a tap reads in its copy, for the first row of the output. */
    private int rowOf(int tap) {
        return shape.stride() == 1 ? tap / 3 : tap / 3 / 2;
    }

    /** A strip's copies; each starts with the row of the strip's first position. */
    private Copy[] copies(int from) {
        int to = Math.min(output.positions(), from + stripPositions);
        int first = from / output.rowStride();
        int last = (to - 1) / output.rowStride();
        List<Copy> made = new ArrayList<>();
        for (int copy : ORDER) {
            if (blocks[copy] >= 0) {
                made.add(copy(copy, first, last));
            }
        }
        return made.toArray(new Copy[0]);
    }

    /**
     * Whether the copies of a left column and of the middle one behind it are made together: with
     * stride 2 the pixels of one lie between those of the other.
     */
    private boolean isPair(int left) {
        return shape.stride() == 2
                && output.bordered()
                && blocks[left] >= 0
                && blocks[left + 1] >= 0;
    }

    private Copy copy(int copy, int first, int last) {
        boolean odd = copy >= 3;
        int start = shape.stride() == 1 || odd ? first - 1 : first;
        int end = shape.stride() == 1 ? last + 1 : last;
        boolean alsoRight = shape.stride() == 2 && copy % 3 == 0 && output.bordered();
        CopyBuilder builder = new CopyBuilder(output.width() + (alsoRight ? 1 : 0));
        for (int row = start; row <= end; row++) {
            int inRow = shape.stride() == 1 ? row : 2 * row + (odd ? 1 : 0);
            for (int image = 0; image < output.images(); image++) {
                int place = (row - start) * output.rowStride() + image * output.imageStride();
                int from = inRow * input.rowStride() + image * input.imageStride();
                builder.add(from, place, copy % 3 - 1, inRow >= 0 && inRow < input.height());
            }
        }
        if (shape.stride() == 1) {
            int from = start * input.rowStride() + copy % 3 - 1;
            return builder.buildWhole(copy, from, (end - start + 1) * output.rowStride());
        }
        boolean withMiddle = copy % 3 == 0 && isPair(copy);
        boolean withLeft = copy % 3 == 1 && isPair(copy - 1);
        return builder.build(copy, withMiddle, withLeft, (end - start + 1) * output.rowStride());
    }

    /** What is copied of each channel; {@link #copyOf} numbers them. */
    private sealed interface Copy permits Whole, Runs {
        int length();
    }

    /**
     * All rows as one run: with stride 1 they touch, of the input as of the output.
     *
     * @param from where it is read
     * @param inside as {@link VectorRows#copyInside} takes it
     */
    private record Whole(int copy, int from, int[] inside, int length) implements Copy {}

    /**
     * Every second pixel of some runs.
     *
     * @param runs as {@link VectorRows#everySecond} takes them
     * @param withLeft whether the runs serve the copy before this one, too
     * @param zeros places outside the image, zero afterwards
     */
    private record Runs(int copy, int[] runs, boolean withLeft, int[] zeros, int length)
            implements Copy {}

    /** Joins runs that touch on both sides. */
    private final class CopyBuilder {
        private final int width;
        private final List<int[]> runs = new ArrayList<>();
        private final List<Integer> zeros = new ArrayList<>();

        CopyBuilder(int width) {
            this.width = width;
        }

        /**
         * Adds an image's row whose pixels lie from {@code from} on, read from {@code shift} on.
         */
        void add(int from, int place, int shift, boolean inside) {
            int stride = shape.stride();
            for (int column = 0; column < width; column++) {
                int read = column * stride + shift;
                if (!inside || read < 0 || read >= input.width()) {
                    zeros.add(place + column);
                }
            }
            if (!inside) {
                return;
            }
            int[] last = runs.isEmpty() ? new int[] {0, -1, 0} : runs.get(runs.size() - 1);
            boolean joins =
                    last[1] + last[2] == place && last[0] + stride * last[2] == from + shift;
            if (joins) {
                last[2] += width;
            } else {
                runs.add(new int[] {from + shift, place, width});
            }
        }

        Whole buildWhole(int copy, int from, int length) {
            int[] inside = new int[FeatureMaps.lines(length) * FeatureMaps.LINE];
            Arrays.fill(inside, 0, length, -1);
            zeros.forEach(place -> inside[place] = 0);
            return new Whole(copy, from, inside, length);
        }

        Runs build(int copy, boolean withMiddle, boolean withLeft, int length) {
            return new Runs(
                    copy,
                    withMiddle ? new int[0] : runs.stream().flatMapToInt(Arrays::stream).toArray(),
                    withLeft,
                    zeros.stream().mapToInt(Integer::intValue).toArray(),
                    length);
        }
    }

    @Override
    public String family() {
        return "panel";
    }

    @Override
    public int stripPositions() {
        return stripPositions;
    }

    @Override
    public void gather(int from, int to, int part, int parts) {
        if (part == 0) {
            firstRow = from / output.rowStride();
        }
        int end = shape.inChannels() * (part + 1) / parts;
        for (int channel = shape.inChannels() * part / parts; channel < end; channel++) {
            for (Copy copy : copies[from / stripPositions]) {
                if (copy instanceof Whole whole) {
                    copyWhole(channel, whole);
                } else if (copy instanceof Runs runs) {
                    copyRuns(channel, runs);
                }
            }
        }
    }

    private void copyWhole(int channel, Whole whole) {
        int from = input.origin(channel) + whole.from;
        int block = block(channel, whole.copy);
        VectorRows.copyInside(input.values(), from, whole.inside, scratch.panel(), block);
    }

    private void copyRuns(int channel, Runs copy) {
        float[] values = input.values();
        float[] panel = scratch.panel();
        int[] runs = copy.runs;
        int origin = input.origin(channel);
        int block = block(channel, copy.copy);
        if (copy.withLeft) {
            int left = block(channel, copy.copy - 1);
            VectorRows.evenAndOdd(values, origin, runs, panel, block, left + 1);
        } else {
            VectorRows.everySecond(values, origin, runs, panel, block);
        }
        for (int place : copy.zeros) {
            panel[block + place] = 0;
        }
    }

    private int block(int channel, int copy) {
        return FeatureMaps.ALIGNED_START + channel * channelStride + blocks[copy] * blockStride;
    }

    @Override
    public float[] values() {
        return scratch.panel();
    }

    @Override
    public int base(int position) {
        return position - firstRow * output.rowStride();
    }

    @Override
    public int distance(int channel, int tap) {
        return block(channel, copyOf(tap))
                + rowOf(tap) * output.rowStride()
                + (readsLeftCopy(tap) ? 1 : 0);
    }
}
