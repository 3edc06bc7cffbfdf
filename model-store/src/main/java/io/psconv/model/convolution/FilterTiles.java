package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;
import static io.psconv.model.convolution.VectorTiles.MANY_REGISTERS;
import static io.psconv.model.convolution.VectorTiles.SPECIES;
import static io.psconv.model.convolution.VectorTiles.SUMS;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles with the parts of {@link VectorTiles} exchanged: eight positions times some
 * vectors of filters that share their supports.
 *
 * <p>Each method starts from the biases, runs once over the stored values with all sums in
 * registers, and leaves them in {@code sums}, by position, then filter. Position {@code p} of
 * stored value {@code k} is {@code input[base + taps[k] + p]}. Each vector of filters has a run of
 * weights of its own, its biases before them: the processor fetches each of these streams ahead.
 */
final class FilterTiles {
    /** Positions of a tile. */
    static final int POSITIONS = 8;

    private FilterTiles() {}

    /**
     * Computes a tile of so many vectors of filters.
     *
     * @param taps of their supports
     * @param start of the first vector's biases
     */
    static void tile(
            int vectors,
            float[] input,
            int base,
            int[] taps,
            float[] weights,
            int start,
            float[] sums) {
        switch (vectors) {
            case 3 -> tile8x3(input, base, taps, weights, start, sums);
            case 2 -> tile8x2(input, base, taps, weights, start, sums);
            case 1 -> tile8x1(input, base, taps, weights, start, sums);
            default -> throw new IllegalArgumentException("no tile has " + vectors + " vectors");
        }
    }

    /** Eight positions × three vectors of filters. */
    private static void tile8x3(
            float[] input, int base, int[] taps, float[] weights, int start, float[] sums) {
        int stride = (1 + taps.length) * LANES;
        FloatVector s00 = FloatVector.fromArray(SPECIES, weights, start);
        FloatVector s01 = FloatVector.fromArray(SPECIES, weights, start + stride);
        FloatVector s02 = FloatVector.fromArray(SPECIES, weights, start + 2 * stride);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s12 = s02;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s22 = s02;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s32 = s02;
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s42 = s02;
        FloatVector s50 = s00;
        FloatVector s51 = s01;
        FloatVector s52 = s02;
        FloatVector s60 = s00;
        FloatVector s61 = s01;
        FloatVector s62 = s02;
        FloatVector s70 = s00;
        FloatVector s71 = s01;
        FloatVector s72 = s02;
        for (int k = 0; k < taps.length; k++) {
            int read = base + taps[k];
            int weight = start + LANES * (k + 1);
            FloatVector w0 = FloatVector.fromArray(SPECIES, weights, weight);
            FloatVector w1 = FloatVector.fromArray(SPECIES, weights, weight + stride);
            FloatVector w2 = FloatVector.fromArray(SPECIES, weights, weight + 2 * stride);
            FloatVector x = FloatVector.broadcast(SPECIES, input[read]);
            s00 = w0.fma(x, s00);
            s01 = w1.fma(x, s01);
            s02 = w2.fma(x, s02);
            x = FloatVector.broadcast(SPECIES, input[read + 1]);
            s10 = w0.fma(x, s10);
            s11 = w1.fma(x, s11);
            s12 = w2.fma(x, s12);
            x = FloatVector.broadcast(SPECIES, input[read + 2]);
            s20 = w0.fma(x, s20);
            s21 = w1.fma(x, s21);
            s22 = w2.fma(x, s22);
            x = FloatVector.broadcast(SPECIES, input[read + 3]);
            s30 = w0.fma(x, s30);
            s31 = w1.fma(x, s31);
            s32 = w2.fma(x, s32);
            x = FloatVector.broadcast(SPECIES, input[read + 4]);
            s40 = w0.fma(x, s40);
            s41 = w1.fma(x, s41);
            s42 = w2.fma(x, s42);
            x = FloatVector.broadcast(SPECIES, input[read + 5]);
            s50 = w0.fma(x, s50);
            s51 = w1.fma(x, s51);
            s52 = w2.fma(x, s52);
            x = FloatVector.broadcast(SPECIES, input[read + 6]);
            s60 = w0.fma(x, s60);
            s61 = w1.fma(x, s61);
            s62 = w2.fma(x, s62);
            x = FloatVector.broadcast(SPECIES, input[read + 7]);
            s70 = w0.fma(x, s70);
            s71 = w1.fma(x, s71);
            s72 = w2.fma(x, s72);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s10.intoArray(sums, SUMS + 3 * LANES);
        s11.intoArray(sums, SUMS + 4 * LANES);
        s12.intoArray(sums, SUMS + 5 * LANES);
        s20.intoArray(sums, SUMS + 6 * LANES);
        s21.intoArray(sums, SUMS + 7 * LANES);
        s22.intoArray(sums, SUMS + 8 * LANES);
        s30.intoArray(sums, SUMS + 9 * LANES);
        s31.intoArray(sums, SUMS + 10 * LANES);
        s32.intoArray(sums, SUMS + 11 * LANES);
        s40.intoArray(sums, SUMS + 12 * LANES);
        s41.intoArray(sums, SUMS + 13 * LANES);
        s42.intoArray(sums, SUMS + 14 * LANES);
        s50.intoArray(sums, SUMS + 15 * LANES);
        s51.intoArray(sums, SUMS + 16 * LANES);
        s52.intoArray(sums, SUMS + 17 * LANES);
        s60.intoArray(sums, SUMS + 18 * LANES);
        s61.intoArray(sums, SUMS + 19 * LANES);
        s62.intoArray(sums, SUMS + 20 * LANES);
        s70.intoArray(sums, SUMS + 21 * LANES);
        s71.intoArray(sums, SUMS + 22 * LANES);
        s72.intoArray(sums, SUMS + 23 * LANES);
    }

    /** Eight positions × two vectors of filters. */
    private static void tile8x2(
            float[] input, int base, int[] taps, float[] weights, int start, float[] sums) {
        int stride = (1 + taps.length) * LANES;
        FloatVector s00 = FloatVector.fromArray(SPECIES, weights, start);
        FloatVector s01 = FloatVector.fromArray(SPECIES, weights, start + stride);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s50 = s00;
        FloatVector s51 = s01;
        FloatVector s60 = s00;
        FloatVector s61 = s01;
        FloatVector s70 = s00;
        FloatVector s71 = s01;
        for (int k = 0; k < taps.length; k++) {
            int read = base + taps[k];
            int weight = start + LANES * (k + 1);
            FloatVector w0 = FloatVector.fromArray(SPECIES, weights, weight);
            FloatVector w1 = FloatVector.fromArray(SPECIES, weights, weight + stride);
            FloatVector x = FloatVector.broadcast(SPECIES, input[read]);
            s00 = w0.fma(x, s00);
            s01 = w1.fma(x, s01);
            x = FloatVector.broadcast(SPECIES, input[read + 1]);
            s10 = w0.fma(x, s10);
            s11 = w1.fma(x, s11);
            x = FloatVector.broadcast(SPECIES, input[read + 2]);
            s20 = w0.fma(x, s20);
            s21 = w1.fma(x, s21);
            x = FloatVector.broadcast(SPECIES, input[read + 3]);
            s30 = w0.fma(x, s30);
            s31 = w1.fma(x, s31);
            x = FloatVector.broadcast(SPECIES, input[read + 4]);
            s40 = w0.fma(x, s40);
            s41 = w1.fma(x, s41);
            x = FloatVector.broadcast(SPECIES, input[read + 5]);
            s50 = w0.fma(x, s50);
            s51 = w1.fma(x, s51);
            x = FloatVector.broadcast(SPECIES, input[read + 6]);
            s60 = w0.fma(x, s60);
            s61 = w1.fma(x, s61);
            x = FloatVector.broadcast(SPECIES, input[read + 7]);
            s70 = w0.fma(x, s70);
            s71 = w1.fma(x, s71);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s10.intoArray(sums, SUMS + 2 * LANES);
        s11.intoArray(sums, SUMS + 3 * LANES);
        s20.intoArray(sums, SUMS + 4 * LANES);
        s21.intoArray(sums, SUMS + 5 * LANES);
        s30.intoArray(sums, SUMS + 6 * LANES);
        s31.intoArray(sums, SUMS + 7 * LANES);
        s40.intoArray(sums, SUMS + 8 * LANES);
        s41.intoArray(sums, SUMS + 9 * LANES);
        s50.intoArray(sums, SUMS + 10 * LANES);
        s51.intoArray(sums, SUMS + 11 * LANES);
        s60.intoArray(sums, SUMS + 12 * LANES);
        s61.intoArray(sums, SUMS + 13 * LANES);
        s70.intoArray(sums, SUMS + 14 * LANES);
        s71.intoArray(sums, SUMS + 15 * LANES);
    }

    /** Eight positions × one vector of filters. */
    private static void tile8x1(
            float[] input, int base, int[] taps, float[] weights, int start, float[] sums) {
        FloatVector s00 = FloatVector.fromArray(SPECIES, weights, start);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        FloatVector s30 = s00;
        FloatVector s40 = s00;
        FloatVector s50 = s00;
        FloatVector s60 = s00;
        FloatVector s70 = s00;
        for (int k = 0; k < taps.length; k++) {
            int read = base + taps[k];
            int weight = start + LANES * (k + 1);
            FloatVector w0 = FloatVector.fromArray(SPECIES, weights, weight);
            FloatVector x = FloatVector.broadcast(SPECIES, input[read]);
            s00 = w0.fma(x, s00);
            x = FloatVector.broadcast(SPECIES, input[read + 1]);
            s10 = w0.fma(x, s10);
            x = FloatVector.broadcast(SPECIES, input[read + 2]);
            s20 = w0.fma(x, s20);
            x = FloatVector.broadcast(SPECIES, input[read + 3]);
            s30 = w0.fma(x, s30);
            if (!MANY_REGISTERS) {
                // As in VectorTiles.tile6x2.
                s30.intoArray(sums, SUMS);
            }
            x = FloatVector.broadcast(SPECIES, input[read + 4]);
            s40 = w0.fma(x, s40);
            x = FloatVector.broadcast(SPECIES, input[read + 5]);
            s50 = w0.fma(x, s50);
            x = FloatVector.broadcast(SPECIES, input[read + 6]);
            s60 = w0.fma(x, s60);
            x = FloatVector.broadcast(SPECIES, input[read + 7]);
            s70 = w0.fma(x, s70);
        }
        s00.intoArray(sums, SUMS);
        s10.intoArray(sums, SUMS + LANES);
        s20.intoArray(sums, SUMS + 2 * LANES);
        s30.intoArray(sums, SUMS + 3 * LANES);
        s40.intoArray(sums, SUMS + 4 * LANES);
        s50.intoArray(sums, SUMS + 5 * LANES);
        s60.intoArray(sums, SUMS + 6 * LANES);
        s70.intoArray(sums, SUMS + 7 * LANES);
    }
}
