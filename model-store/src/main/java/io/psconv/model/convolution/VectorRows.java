package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;
import static io.psconv.model.convolution.VectorTiles.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Loops over rows of pixels, besides the tiles. */
final class VectorRows {
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final VectorShuffle<Float> EVEN =
            VectorShuffle.fromOp(SPECIES, lane -> 2 * lane % LANES);
    private static final VectorShuffle<Float> ODD =
            VectorShuffle.fromOp(SPECIES, lane -> (2 * lane + 1) % LANES);
    private static final VectorMask<Float> UPPER_HALF =
            VectorMask.fromLong(SPECIES, (1L << LANES) - (1L << (LANES / 2)));

    private static final VectorShuffle<Float> LOWER_TWICE =
            VectorShuffle.fromOp(SPECIES, lane -> lane / 2);
    private static final VectorShuffle<Float> UPPER_TWICE =
            VectorShuffle.fromOp(SPECIES, lane -> (lane + LANES) / 2);
    private static final VectorMask<Float> ODD_LANES =
            VectorMask.fromLong(SPECIES, 0xAAAA_AAAA_AAAA_AAAAL & (1L << LANES) - 1);

    private VectorRows() {}

    /**
     * Copies values, and zeros in the place of those that are outside.
     *
     * @param inside by value: all ones, or zero outside; as many as are copied, in whole lines
     */
    static void copyInside(float[] input, int from, int[] inside, float[] output, int to) {
        for (int index = 0; index < inside.length; index += LANES) {
            FloatVector.fromArray(SPECIES, input, from + index)
                    .reinterpretAsInts()
                    .and(IntVector.fromArray(INTS, inside, index))
                    .reinterpretAsFloats()
                    .intoArray(output, to + index);
        }
    }

    /**
     * Copies every second value of some runs.
     *
     * <p>Reads to less than two vectors behind a run and writes to less than one: runs must be in
     * the order of their places.
     *
     * @param runs for each three numbers: where it starts in {@code input} from {@code origin} on,
     *     and in {@code output} from {@code block} on, and how many values are written
     */
    static void everySecond(float[] input, int origin, int[] runs, float[] output, int block) {
        for (int run = 0; run < runs.length; run += 3) {
            everySecond(input, origin + runs[run], output, block + runs[run + 1], runs[run + 2]);
        }
    }

    /** The same for a run of {@code count} values, one or more. */
    static void everySecond(float[] input, int from, float[] output, int to, int count) {
        int index = 0;
        do {
            evenValues(input, from + 2 * index).intoArray(output, to + index);
            index += LANES;
        } while (index < count);
    }

    /**
     * Copies every second value of some runs as {@link #everySecond} does, and the values between
     * them.
     *
     * @param odd where the values between go, as {@code block} says it of the others
     */
    static void evenAndOdd(
            float[] input, int origin, int[] runs, float[] output, int block, int odd) {
        for (int run = 0; run < runs.length; run += 3) {
            int from = origin + runs[run];
            int to = block + runs[run + 1];
            int end = to + runs[run + 2];
            do {
                FloatVector lower = FloatVector.fromArray(SPECIES, input, from);
                FloatVector upper = FloatVector.fromArray(SPECIES, input, from + LANES);
                lower.rearrange(EVEN)
                        .blend(upper.rearrange(EVEN), UPPER_HALF)
                        .intoArray(output, to);
                lower.rearrange(ODD)
                        .blend(upper.rearrange(ODD), UPPER_HALF)
                        .intoArray(output, to - block + odd);
                from += 2 * LANES;
                to += LANES;
            } while (to < end);
        }
    }

    /**
     * Copies lines to adjacent places.
     *
     * @param step distance of a line of the input from the next
     */
    static void copyLines(float[] input, int from, int step, float[] output, int to, int lines) {
        int line = from;
        int end = to + lines * FeatureMaps.INTERLEAVED_IMAGES;
        for (int written = to; written < end; written += FeatureMaps.INTERLEAVED_IMAGES) {
            for (int index = 0; index < FeatureMaps.INTERLEAVED_IMAGES; index += LANES) {
                FloatVector.fromArray(SPECIES, input, line + index)
                        .intoArray(output, written + index);
            }
            line += step;
        }
    }

    /**
     * The largest of each {@code rows} × {@code columns} lines, lane by lane, for a row of windows
     * side by side.
     *
     * @param rowStride distance of a row of the input from the next
     * @param windows how many lines are written
     */
    static void maxOfLines(
            float[] input,
            int from,
            int rowStride,
            int rows,
            int columns,
            float[] output,
            int to,
            int windows) {
        for (int index = 0; index < windows * FeatureMaps.INTERLEAVED_IMAGES; index += LANES) {
            int window = from + index + (columns - 1) * (index & -FeatureMaps.INTERLEAVED_IMAGES);
            FloatVector largest = FloatVector.fromArray(SPECIES, input, window);
            // One loop: a vector carried through two would become an object.
            int line = window;
            int column = 0;
            for (int place = 1; place < rows * columns; place++) {
                column++;
                line += FeatureMaps.INTERLEAVED_IMAGES;
                if (column == columns) {
                    column = 0;
                    line += rowStride - columns * FeatureMaps.INTERLEAVED_IMAGES;
                }
                largest = largest.max(FloatVector.fromArray(SPECIES, input, line));
            }
            largest.intoArray(output, to + index);
        }
    }

    /** The mean of them, summed row by row. */
    static void meanOfLines(
            float[] input,
            int from,
            int rowStride,
            int rows,
            int columns,
            float[] output,
            int to,
            int windows) {
        for (int index = 0; index < windows * FeatureMaps.INTERLEAVED_IMAGES; index += LANES) {
            int window = from + index + (columns - 1) * (index & -FeatureMaps.INTERLEAVED_IMAGES);
            FloatVector sum = FloatVector.fromArray(SPECIES, input, window);
            int line = window;
            int column = 0;
            for (int place = 1; place < rows * columns; place++) {
                column++;
                line += FeatureMaps.INTERLEAVED_IMAGES;
                if (column == columns) {
                    column = 0;
                    line += rowStride - columns * FeatureMaps.INTERLEAVED_IMAGES;
                }
                sum = sum.add(FloatVector.fromArray(SPECIES, input, line));
            }
            sum.div(rows * columns).intoArray(output, to + index);
        }
    }

    /**
     * The largest of each {@code rows} × {@code columns} values, for windows at every second
     * column.
     *
     * <p>Reads to less than two vectors behind the rows and writes to less than one.
     *
     * @param rowStride distance of a row of the input from the next
     * @param windows how many values are written
     */
    static void maxOfEverySecond(
            float[] input,
            int from,
            int rowStride,
            int rows,
            int columns,
            float[] output,
            int to,
            int windows) {
        for (int index = 0; index < windows; index += LANES) {
            int window = from + 2 * index;
            FloatVector largest = evenValues(input, window);
            // One loop: a vector carried through two would become an object.
            int read = window;
            int column = 0;
            for (int place = 1; place < rows * columns; place++) {
                column++;
                read++;
                if (column == columns) {
                    column = 0;
                    read += rowStride - columns;
                }
                largest = largest.max(evenValues(input, read));
            }
            largest.intoArray(output, to + index);
        }
    }

    private static FloatVector evenValues(float[] input, int from) {
        return FloatVector.fromArray(SPECIES, input, from)
                .rearrange(EVEN)
                .blend(
                        FloatVector.fromArray(SPECIES, input, from + LANES).rearrange(EVEN),
                        UPPER_HALF);
    }

    /**
     * The largest of each two by two values of two rows.
     *
     * <p>Reads to less than two vectors behind the rows and writes to less than one.
     */
    static void maxOfPairs(
            float[] input, int upper, int lower, float[] output, int to, int length) {
        for (int index = 0; index < length; index += LANES) {
            FloatVector first = maxOfRows(input, upper + 2 * index, lower + 2 * index);
            FloatVector second =
                    maxOfRows(input, upper + 2 * index + LANES, lower + 2 * index + LANES);
            FloatVector even = first.rearrange(EVEN).blend(second.rearrange(EVEN), UPPER_HALF);
            FloatVector odd = first.rearrange(ODD).blend(second.rearrange(ODD), UPPER_HALF);
            even.max(odd).intoArray(output, to + index);
        }
    }

    private static FloatVector maxOfRows(float[] input, int upper, int lower) {
        return FloatVector.fromArray(SPECIES, input, upper)
                .max(FloatVector.fromArray(SPECIES, input, lower));
    }

    /**
     * Takes sums from a tile to the output.
     *
     * @param sums by filter, then vector, from {@link VectorTiles#SUMS}
     * @param filters index of each filter's value at position 0 of the output
     * @param floor what smaller values become: zero, or negative infinity for no ReLU
     */
    static void store(
            float[] sums, int vectors, int[] filters, int position, float floor, float[] output) {
        if (vectors == 2) {
            storeTwo(sums, filters, position, floor, output);
            return;
        }
        int read = VectorTiles.SUMS;
        for (int filter : filters) {
            int to = filter + position;
            for (int vector = 0; vector < vectors; vector++) {
                FloatVector.fromArray(SPECIES, sums, read).max(floor).intoArray(output, to);
                read += LANES;
                to += LANES;
            }
        }
    }

    /** The same for tiles of two vectors, without an inner loop: that takes half the time. */
    private static void storeTwo(
            float[] sums, int[] filters, int position, float floor, float[] output) {
        int read = VectorTiles.SUMS;
        for (int filter : filters) {
            int to = filter + position;
            FloatVector.fromArray(SPECIES, sums, read).max(floor).intoArray(output, to);
            FloatVector.fromArray(SPECIES, sums, read + LANES)
                    .max(floor)
                    .intoArray(output, to + LANES);
            read += 2 * LANES;
        }
    }

    /**
     * The same with a residual added first.
     *
     * @param shift how much further on the residual of an output lies
     */
    static void addAndStore(
            float[] sums,
            int vectors,
            int[] filters,
            int position,
            float[] residual,
            int shift,
            float floor,
            float[] output) {
        if (vectors == 2) {
            addAndStoreTwo(sums, filters, position, residual, shift, floor, output);
            return;
        }
        int read = VectorTiles.SUMS;
        for (int filter : filters) {
            int to = filter + position;
            for (int vector = 0; vector < vectors; vector++) {
                FloatVector.fromArray(SPECIES, sums, read)
                        .add(FloatVector.fromArray(SPECIES, residual, to + shift))
                        .max(floor)
                        .intoArray(output, to);
                read += LANES;
                to += LANES;
            }
        }
    }

    private static void addAndStoreTwo(
            float[] sums,
            int[] filters,
            int position,
            float[] residual,
            int shift,
            float floor,
            float[] output) {
        int read = VectorTiles.SUMS;
        for (int filter : filters) {
            int to = filter + position;
            FloatVector.fromArray(SPECIES, sums, read)
                    .add(FloatVector.fromArray(SPECIES, residual, to + shift))
                    .max(floor)
                    .intoArray(output, to);
            FloatVector.fromArray(SPECIES, sums, read + LANES)
                    .add(FloatVector.fromArray(SPECIES, residual, to + shift + LANES))
                    .max(floor)
                    .intoArray(output, to + LANES);
            read += 2 * LANES;
        }
    }

    /**
     * As {@link #store} does, where columns of the output lie apart. Taking adjacent ones this way,
     * too, costs networks 1 to 4 % of their speed.
     *
     * @param places distances of a tile's vectors from the start of their row
     * @param row where that starts
     */
    static void storeApart(
            float[] sums, int[] places, int[] filters, int row, float floor, float[] output) {
        int read = VectorTiles.SUMS;
        for (int filter : filters) {
            for (int place : places) {
                FloatVector.fromArray(SPECIES, sums, read)
                        .max(floor)
                        .intoArray(output, filter + row + place);
                read += LANES;
            }
        }
    }

    /**
     * The same with a residual added first, whose columns are adjacent.
     *
     * @param shift how much further on than a filter's value at position 0 the tile's residual lies
     */
    static void addAndStoreApart(
            float[] sums,
            int[] places,
            int[] filters,
            int row,
            float[] residual,
            int shift,
            float floor,
            float[] output) {
        int read = VectorTiles.SUMS;
        for (int filter : filters) {
            int added = filter + shift;
            for (int place : places) {
                FloatVector.fromArray(SPECIES, sums, read)
                        .add(FloatVector.fromArray(SPECIES, residual, added))
                        .max(floor)
                        .intoArray(output, filter + row + place);
                read += LANES;
                added += LANES;
            }
        }
    }

    /**
     * Copies vectors of one channel in between those of others.
     *
     * @param packed from {@link GradientTiles#UPSTREAM} on, by vector, then channel
     * @param place of this channel among {@code channels}
     */
    static void interleave(
            float[] values, int origin, int vectors, float[] packed, int place, int channels) {
        int to = GradientTiles.UPSTREAM + place * LANES;
        for (int vector = 0; vector < vectors; vector++) {
            FloatVector.fromArray(SPECIES, values, origin + vector * LANES).intoArray(packed, to);
            to += channels * LANES;
        }
    }

    /**
     * Writes two rows' values by turns, first the even one's.
     *
     * <p>Writes to less than two vectors behind the row.
     *
     * @param width of the written row
     */
    static void zip(
            float[] even,
            int evenFrom,
            float[] odd,
            int oddFrom,
            float[] output,
            int to,
            int width) {
        for (int column = 0; column < width; column += 2 * LANES) {
            FloatVector first = FloatVector.fromArray(SPECIES, even, evenFrom + column / 2);
            FloatVector second = FloatVector.fromArray(SPECIES, odd, oddFrom + column / 2);
            first.rearrange(LOWER_TWICE)
                    .blend(second.rearrange(LOWER_TWICE), ODD_LANES)
                    .intoArray(output, to + column);
            first.rearrange(UPPER_TWICE)
                    .blend(second.rearrange(UPPER_TWICE), ODD_LANES)
                    .intoArray(output, to + column + LANES);
        }
    }
}
