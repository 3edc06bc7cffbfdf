package io.psconv.model.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles: some filters that share their supports times some vectors of pixels.
 *
 * <p>Each method starts from the bias, runs once over the stored values with all sums in registers,
 * and leaves them in {@code sums}, by filter, then vector. It is small, called often, and has few
 * arguments: with more of them alive across its loop the compiler keeps integers in vector
 * registers and sums in memory, at half the speed. Pixel {@code p} of stored value {@code k} is
 * {@code input[base + taps[k] + p]}, its weight for filter {@code f} is {@code weights[k * stride +
 * f]}, see {@link FilterGroup#stride}. The vectors of a tile are adjacent, so one range check
 * serves them all.
 */
final class VectorTiles {
    /** At most 16 lanes, which a cache line holds. */
    static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() > FeatureMaps.LINE
                    ? FloatVector.SPECIES_512
                    : FloatVector.SPECIES_PREFERRED;

    static final int LANES = SPECIES.length();

    /** Vector registers suffice for 24 sums: 32 of them, as AVX-512 and NEON have. */
    static final boolean MANY_REGISTERS =
            LANES >= FeatureMaps.LINE || "aarch64".equals(System.getProperty("os.arch"));

    /** Where sums start in their array, at a cache line. */
    static final int SUMS = FeatureMaps.ALIGNED_START;

    private VectorTiles() {}

    /**
     * Computes a group's tile of so many vectors.
     *
     * @param taps of the group's supports
     */
    static void tile(
            FilterGroup group, int vectors, float[] read, int base, int[] taps, float[] sums) {
        float[] weights = group.weights();
        float[] bias = group.bias();
        switch (10 * group.filters().length + vectors) {
            case 83 -> tile8x3(read, base, taps, weights, bias, sums);
            case 82 -> tile8x2(read, base, taps, weights, bias, sums);
            case 81 -> tile8x1(read, base, taps, weights, bias, sums);
            case 73 -> tile7x3(read, base, taps, weights, bias, sums);
            case 72 -> tile7x2(read, base, taps, weights, bias, sums);
            case 71 -> tile7x1(read, base, taps, weights, bias, sums);
            case 64 -> tile6x4(read, base, taps, weights, bias, sums);
            case 62 -> tile6x2(read, base, taps, weights, bias, sums);
            case 61 -> tile6x1(read, base, taps, weights, bias, sums);
            case 52 -> tile5x2(read, base, taps, weights, bias, sums);
            case 51 -> tile5x1(read, base, taps, weights, bias, sums);
            case 46 -> tile4x6(read, base, taps, weights, bias, sums);
            case 45 -> tile4x5(read, base, taps, weights, bias, sums);
            case 44 -> tile4x4(read, base, taps, weights, bias, sums);
            case 43 -> tile4x3(read, base, taps, weights, bias, sums);
            case 42 -> tile4x2(read, base, taps, weights, bias, sums);
            case 41 -> tile4x1(read, base, taps, weights, bias, sums);
            case 26 -> tile2x6(read, base, taps, weights, bias, sums);
            case 25 -> tile2x5(read, base, taps, weights, bias, sums);
            case 24 -> tile2x4(read, base, taps, weights, bias, sums);
            case 23 -> tile2x3(read, base, taps, weights, bias, sums);
            case 22 -> tile2x2(read, base, taps, weights, bias, sums);
            case 21 -> tile2x1(read, base, taps, weights, bias, sums);
            case 18 -> tile1x8(read, base, taps, weights, bias, sums);
            case 16 -> tile1x6(read, base, taps, weights, bias, sums);
            case 15 -> tile1x5(read, base, taps, weights, bias, sums);
            case 14 -> tile1x4(read, base, taps, weights, bias, sums);
            case 13 -> tile1x3(read, base, taps, weights, bias, sums);
            case 12 -> tile1x2(read, base, taps, weights, bias, sums);
            case 11 -> tile1x1(read, base, taps, weights, bias, sums);
            default -> throw new IllegalStateException(missing(group, vectors));
        }
    }

    private static String missing(FilterGroup group, int vectors) {
        return "no tile of " + group.filters().length + " filters and " + vectors + " vectors";
    }

    /** Eight filters × three vectors of pixels. */
    static void tile8x3(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s41 = s40;
        FloatVector s42 = s40;
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s51 = s50;
        FloatVector s52 = s50;
        FloatVector s60 = FloatVector.broadcast(SPECIES, bias[6]);
        FloatVector s61 = s60;
        FloatVector s62 = s60;
        FloatVector s70 = FloatVector.broadcast(SPECIES, bias[7]);
        FloatVector s71 = s70;
        FloatVector s72 = s70;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            int weight = 8 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            s22 = x2.fma(w, s22);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            s32 = x2.fma(w, s32);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            s41 = x1.fma(w, s41);
            s42 = x2.fma(w, s42);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            s51 = x1.fma(w, s51);
            s52 = x2.fma(w, s52);
            w = FloatVector.broadcast(SPECIES, weights[weight + 6]);
            s60 = x0.fma(w, s60);
            s61 = x1.fma(w, s61);
            s62 = x2.fma(w, s62);
            w = FloatVector.broadcast(SPECIES, weights[weight + 7]);
            s70 = x0.fma(w, s70);
            s71 = x1.fma(w, s71);
            s72 = x2.fma(w, s72);
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

    /** Eight filters × two vectors of pixels. */
    static void tile8x2(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s41 = s40;
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s51 = s50;
        FloatVector s60 = FloatVector.broadcast(SPECIES, bias[6]);
        FloatVector s61 = s60;
        FloatVector s70 = FloatVector.broadcast(SPECIES, bias[7]);
        FloatVector s71 = s70;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            int weight = 8 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            s41 = x1.fma(w, s41);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            s51 = x1.fma(w, s51);
            w = FloatVector.broadcast(SPECIES, weights[weight + 6]);
            s60 = x0.fma(w, s60);
            s61 = x1.fma(w, s61);
            w = FloatVector.broadcast(SPECIES, weights[weight + 7]);
            s70 = x0.fma(w, s70);
            s71 = x1.fma(w, s71);
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

    /** Eight filters × one vector of pixels. */
    static void tile8x1(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s60 = FloatVector.broadcast(SPECIES, bias[6]);
        FloatVector s70 = FloatVector.broadcast(SPECIES, bias[7]);
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            int weight = 8 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            if (!MANY_REGISTERS) {
                // As in tile6x2.
                s30.intoArray(sums, SUMS);
            }
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            w = FloatVector.broadcast(SPECIES, weights[weight + 6]);
            s60 = x0.fma(w, s60);
            w = FloatVector.broadcast(SPECIES, weights[weight + 7]);
            s70 = x0.fma(w, s70);
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

    /** Seven filters × three vectors of pixels. */
    static void tile7x3(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s41 = s40;
        FloatVector s42 = s40;
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s51 = s50;
        FloatVector s52 = s50;
        FloatVector s60 = FloatVector.broadcast(SPECIES, bias[6]);
        FloatVector s61 = s60;
        FloatVector s62 = s60;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            int weight = 7 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            s22 = x2.fma(w, s22);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            s32 = x2.fma(w, s32);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            s41 = x1.fma(w, s41);
            s42 = x2.fma(w, s42);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            s51 = x1.fma(w, s51);
            s52 = x2.fma(w, s52);
            w = FloatVector.broadcast(SPECIES, weights[weight + 6]);
            s60 = x0.fma(w, s60);
            s61 = x1.fma(w, s61);
            s62 = x2.fma(w, s62);
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
    }

    /** Seven filters × two vectors of pixels. */
    static void tile7x2(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s41 = s40;
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s51 = s50;
        FloatVector s60 = FloatVector.broadcast(SPECIES, bias[6]);
        FloatVector s61 = s60;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            int weight = 7 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            s41 = x1.fma(w, s41);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            s51 = x1.fma(w, s51);
            w = FloatVector.broadcast(SPECIES, weights[weight + 6]);
            s60 = x0.fma(w, s60);
            s61 = x1.fma(w, s61);
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
    }

    /** Seven filters × one vector of pixels. */
    static void tile7x1(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s60 = FloatVector.broadcast(SPECIES, bias[6]);
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            int weight = 7 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            w = FloatVector.broadcast(SPECIES, weights[weight + 6]);
            s60 = x0.fma(w, s60);
        }
        s00.intoArray(sums, SUMS);
        s10.intoArray(sums, SUMS + LANES);
        s20.intoArray(sums, SUMS + 2 * LANES);
        s30.intoArray(sums, SUMS + 3 * LANES);
        s40.intoArray(sums, SUMS + 4 * LANES);
        s50.intoArray(sums, SUMS + 5 * LANES);
        s60.intoArray(sums, SUMS + 6 * LANES);
    }

    /** Six filters × four vectors of pixels. */
    static void tile6x4(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s23 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        FloatVector s33 = s30;
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s41 = s40;
        FloatVector s42 = s40;
        FloatVector s43 = s40;
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s51 = s50;
        FloatVector s52 = s50;
        FloatVector s53 = s50;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            int weight = 6 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            s13 = x3.fma(w, s13);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            s22 = x2.fma(w, s22);
            s23 = x3.fma(w, s23);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            s32 = x2.fma(w, s32);
            s33 = x3.fma(w, s33);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            s41 = x1.fma(w, s41);
            s42 = x2.fma(w, s42);
            s43 = x3.fma(w, s43);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            s51 = x1.fma(w, s51);
            s52 = x2.fma(w, s52);
            s53 = x3.fma(w, s53);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s10.intoArray(sums, SUMS + 4 * LANES);
        s11.intoArray(sums, SUMS + 5 * LANES);
        s12.intoArray(sums, SUMS + 6 * LANES);
        s13.intoArray(sums, SUMS + 7 * LANES);
        s20.intoArray(sums, SUMS + 8 * LANES);
        s21.intoArray(sums, SUMS + 9 * LANES);
        s22.intoArray(sums, SUMS + 10 * LANES);
        s23.intoArray(sums, SUMS + 11 * LANES);
        s30.intoArray(sums, SUMS + 12 * LANES);
        s31.intoArray(sums, SUMS + 13 * LANES);
        s32.intoArray(sums, SUMS + 14 * LANES);
        s33.intoArray(sums, SUMS + 15 * LANES);
        s40.intoArray(sums, SUMS + 16 * LANES);
        s41.intoArray(sums, SUMS + 17 * LANES);
        s42.intoArray(sums, SUMS + 18 * LANES);
        s43.intoArray(sums, SUMS + 19 * LANES);
        s50.intoArray(sums, SUMS + 20 * LANES);
        s51.intoArray(sums, SUMS + 21 * LANES);
        s52.intoArray(sums, SUMS + 22 * LANES);
        s53.intoArray(sums, SUMS + 23 * LANES);
    }

    /**
     * Six filters × two vectors of pixels, for 16 registers.
     *
     * <p>The compiler would load weights of several filters early, for which registers do not
     * suffice beside 12 sums: one of them then goes through memory in each round, at half the
     * speed. It moves no load before a store. So a sum is stored on the way, where another is
     * written at the end.
     */
    static void tile6x2(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s41 = s40;
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s51 = s50;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            int weight = 8 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s11.intoArray(sums, SUMS);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            s41 = x1.fma(w, s41);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
            s51 = x1.fma(w, s51);
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
    }

    /** Six filters × one vector of pixels. */
    static void tile6x1(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            int weight = 8 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            w = FloatVector.broadcast(SPECIES, weights[weight + 5]);
            s50 = x0.fma(w, s50);
        }
        s00.intoArray(sums, SUMS);
        s10.intoArray(sums, SUMS + LANES);
        s20.intoArray(sums, SUMS + 2 * LANES);
        s30.intoArray(sums, SUMS + 3 * LANES);
        s40.intoArray(sums, SUMS + 4 * LANES);
        s50.intoArray(sums, SUMS + 5 * LANES);
    }

    /** Five filters × two vectors of pixels, for 16 registers, as {@link #tile6x2} is. */
    static void tile5x2(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s41 = s40;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            int weight = 8 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s11.intoArray(sums, SUMS);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
            s41 = x1.fma(w, s41);
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
    }

    /** Five filters × one vector of pixels. */
    static void tile5x1(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            int weight = 8 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            w = FloatVector.broadcast(SPECIES, weights[weight + 4]);
            s40 = x0.fma(w, s40);
        }
        s00.intoArray(sums, SUMS);
        s10.intoArray(sums, SUMS + LANES);
        s20.intoArray(sums, SUMS + 2 * LANES);
        s30.intoArray(sums, SUMS + 3 * LANES);
        s40.intoArray(sums, SUMS + 4 * LANES);
    }

    /** Four filters × six vectors of pixels. */
    static void tile4x6(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s05 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        FloatVector s14 = s10;
        FloatVector s15 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s23 = s20;
        FloatVector s24 = s20;
        FloatVector s25 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        FloatVector s33 = s30;
        FloatVector s34 = s30;
        FloatVector s35 = s30;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector x5 = FloatVector.fromArray(SPECIES, input, from + 5 * LANES);
            int weight = 4 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
            s05 = x5.fma(w, s05);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            s13 = x3.fma(w, s13);
            s14 = x4.fma(w, s14);
            s15 = x5.fma(w, s15);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            s22 = x2.fma(w, s22);
            s23 = x3.fma(w, s23);
            s24 = x4.fma(w, s24);
            s25 = x5.fma(w, s25);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            s32 = x2.fma(w, s32);
            s33 = x3.fma(w, s33);
            s34 = x4.fma(w, s34);
            s35 = x5.fma(w, s35);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s04.intoArray(sums, SUMS + 4 * LANES);
        s05.intoArray(sums, SUMS + 5 * LANES);
        s10.intoArray(sums, SUMS + 6 * LANES);
        s11.intoArray(sums, SUMS + 7 * LANES);
        s12.intoArray(sums, SUMS + 8 * LANES);
        s13.intoArray(sums, SUMS + 9 * LANES);
        s14.intoArray(sums, SUMS + 10 * LANES);
        s15.intoArray(sums, SUMS + 11 * LANES);
        s20.intoArray(sums, SUMS + 12 * LANES);
        s21.intoArray(sums, SUMS + 13 * LANES);
        s22.intoArray(sums, SUMS + 14 * LANES);
        s23.intoArray(sums, SUMS + 15 * LANES);
        s24.intoArray(sums, SUMS + 16 * LANES);
        s25.intoArray(sums, SUMS + 17 * LANES);
        s30.intoArray(sums, SUMS + 18 * LANES);
        s31.intoArray(sums, SUMS + 19 * LANES);
        s32.intoArray(sums, SUMS + 20 * LANES);
        s33.intoArray(sums, SUMS + 21 * LANES);
        s34.intoArray(sums, SUMS + 22 * LANES);
        s35.intoArray(sums, SUMS + 23 * LANES);
    }

    /** Four filters × five vectors of pixels. */
    static void tile4x5(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        FloatVector s14 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s23 = s20;
        FloatVector s24 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        FloatVector s33 = s30;
        FloatVector s34 = s30;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            int weight = 4 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            s13 = x3.fma(w, s13);
            s14 = x4.fma(w, s14);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            s22 = x2.fma(w, s22);
            s23 = x3.fma(w, s23);
            s24 = x4.fma(w, s24);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            s32 = x2.fma(w, s32);
            s33 = x3.fma(w, s33);
            s34 = x4.fma(w, s34);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s04.intoArray(sums, SUMS + 4 * LANES);
        s10.intoArray(sums, SUMS + 5 * LANES);
        s11.intoArray(sums, SUMS + 6 * LANES);
        s12.intoArray(sums, SUMS + 7 * LANES);
        s13.intoArray(sums, SUMS + 8 * LANES);
        s14.intoArray(sums, SUMS + 9 * LANES);
        s20.intoArray(sums, SUMS + 10 * LANES);
        s21.intoArray(sums, SUMS + 11 * LANES);
        s22.intoArray(sums, SUMS + 12 * LANES);
        s23.intoArray(sums, SUMS + 13 * LANES);
        s24.intoArray(sums, SUMS + 14 * LANES);
        s30.intoArray(sums, SUMS + 15 * LANES);
        s31.intoArray(sums, SUMS + 16 * LANES);
        s32.intoArray(sums, SUMS + 17 * LANES);
        s33.intoArray(sums, SUMS + 18 * LANES);
        s34.intoArray(sums, SUMS + 19 * LANES);
    }

    /** Four filters × four vectors of pixels. */
    static void tile4x4(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s23 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        FloatVector s33 = s30;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            int weight = 4 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            s13 = x3.fma(w, s13);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            s22 = x2.fma(w, s22);
            s23 = x3.fma(w, s23);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            s32 = x2.fma(w, s32);
            s33 = x3.fma(w, s33);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s10.intoArray(sums, SUMS + 4 * LANES);
        s11.intoArray(sums, SUMS + 5 * LANES);
        s12.intoArray(sums, SUMS + 6 * LANES);
        s13.intoArray(sums, SUMS + 7 * LANES);
        s20.intoArray(sums, SUMS + 8 * LANES);
        s21.intoArray(sums, SUMS + 9 * LANES);
        s22.intoArray(sums, SUMS + 10 * LANES);
        s23.intoArray(sums, SUMS + 11 * LANES);
        s30.intoArray(sums, SUMS + 12 * LANES);
        s31.intoArray(sums, SUMS + 13 * LANES);
        s32.intoArray(sums, SUMS + 14 * LANES);
        s33.intoArray(sums, SUMS + 15 * LANES);
    }

    /** Four filters × three vectors of pixels. */
    static void tile4x3(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            int weight = 4 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            s22 = x2.fma(w, s22);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
            s32 = x2.fma(w, s32);
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
    }

    /** Four filters × two vectors of pixels. */
    static void tile4x2(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s21 = s20;
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s31 = s30;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            int weight = 4 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            if (!MANY_REGISTERS) {
                // As in tile6x2: 75 % of the ceiling without it on JDK 17, 82 % with it.
                s11.intoArray(sums, SUMS);
            }
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            s21 = x1.fma(w, s21);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            s31 = x1.fma(w, s31);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s10.intoArray(sums, SUMS + 2 * LANES);
        s11.intoArray(sums, SUMS + 3 * LANES);
        s20.intoArray(sums, SUMS + 4 * LANES);
        s21.intoArray(sums, SUMS + 5 * LANES);
        s30.intoArray(sums, SUMS + 6 * LANES);
        s31.intoArray(sums, SUMS + 7 * LANES);
    }

    /** Four filters × one vector of pixels. */
    static void tile4x1(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            int weight = 4 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
        }
        s00.intoArray(sums, SUMS);
        s10.intoArray(sums, SUMS + LANES);
        s20.intoArray(sums, SUMS + 2 * LANES);
        s30.intoArray(sums, SUMS + 3 * LANES);
    }

    /** Two filters × six vectors of pixels. */
    static void tile2x6(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s05 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        FloatVector s14 = s10;
        FloatVector s15 = s10;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector x5 = FloatVector.fromArray(SPECIES, input, from + 5 * LANES);
            int weight = 2 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
            s05 = x5.fma(w, s05);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            s13 = x3.fma(w, s13);
            s14 = x4.fma(w, s14);
            s15 = x5.fma(w, s15);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s04.intoArray(sums, SUMS + 4 * LANES);
        s05.intoArray(sums, SUMS + 5 * LANES);
        s10.intoArray(sums, SUMS + 6 * LANES);
        s11.intoArray(sums, SUMS + 7 * LANES);
        s12.intoArray(sums, SUMS + 8 * LANES);
        s13.intoArray(sums, SUMS + 9 * LANES);
        s14.intoArray(sums, SUMS + 10 * LANES);
        s15.intoArray(sums, SUMS + 11 * LANES);
    }

    /** Two filters × five vectors of pixels. */
    static void tile2x5(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        FloatVector s14 = s10;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            int weight = 2 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            s13 = x3.fma(w, s13);
            s14 = x4.fma(w, s14);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s04.intoArray(sums, SUMS + 4 * LANES);
        s10.intoArray(sums, SUMS + 5 * LANES);
        s11.intoArray(sums, SUMS + 6 * LANES);
        s12.intoArray(sums, SUMS + 7 * LANES);
        s13.intoArray(sums, SUMS + 8 * LANES);
        s14.intoArray(sums, SUMS + 9 * LANES);
    }

    /** Two filters × four vectors of pixels. */
    static void tile2x4(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            int weight = 2 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
            s13 = x3.fma(w, s13);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s10.intoArray(sums, SUMS + 4 * LANES);
        s11.intoArray(sums, SUMS + 5 * LANES);
        s12.intoArray(sums, SUMS + 6 * LANES);
        s13.intoArray(sums, SUMS + 7 * LANES);
    }

    /** Two filters × three vectors of pixels. */
    static void tile2x3(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            int weight = 2 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
            s12 = x2.fma(w, s12);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s10.intoArray(sums, SUMS + 3 * LANES);
        s11.intoArray(sums, SUMS + 4 * LANES);
        s12.intoArray(sums, SUMS + 5 * LANES);
    }

    /** Two filters × two vectors of pixels. */
    static void tile2x2(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s11 = s10;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            int weight = 2 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            s11 = x1.fma(w, s11);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s10.intoArray(sums, SUMS + 2 * LANES);
        s11.intoArray(sums, SUMS + 3 * LANES);
    }

    /** Two filters × one vector of pixels. */
    static void tile2x1(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            int weight = 2 * k;
            FloatVector w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
        }
        s00.intoArray(sums, SUMS);
        s10.intoArray(sums, SUMS + LANES);
    }

    /** One filter × eight vectors of pixels. */
    static void tile1x8(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s05 = s00;
        FloatVector s06 = s00;
        FloatVector s07 = s00;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector x5 = FloatVector.fromArray(SPECIES, input, from + 5 * LANES);
            FloatVector x6 = FloatVector.fromArray(SPECIES, input, from + 6 * LANES);
            FloatVector x7 = FloatVector.fromArray(SPECIES, input, from + 7 * LANES);
            FloatVector w = FloatVector.broadcast(SPECIES, weights[k]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
            s05 = x5.fma(w, s05);
            s06 = x6.fma(w, s06);
            s07 = x7.fma(w, s07);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s04.intoArray(sums, SUMS + 4 * LANES);
        s05.intoArray(sums, SUMS + 5 * LANES);
        s06.intoArray(sums, SUMS + 6 * LANES);
        s07.intoArray(sums, SUMS + 7 * LANES);
    }

    /** One filter × six vectors of pixels. */
    static void tile1x6(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s05 = s00;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector x5 = FloatVector.fromArray(SPECIES, input, from + 5 * LANES);
            FloatVector w = FloatVector.broadcast(SPECIES, weights[k]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
            s05 = x5.fma(w, s05);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s04.intoArray(sums, SUMS + 4 * LANES);
        s05.intoArray(sums, SUMS + 5 * LANES);
    }

    /** One filter × five vectors of pixels. */
    static void tile1x5(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector w = FloatVector.broadcast(SPECIES, weights[k]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
        s04.intoArray(sums, SUMS + 4 * LANES);
    }

    /** One filter × four vectors of pixels. */
    static void tile1x4(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector w = FloatVector.broadcast(SPECIES, weights[k]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
        s03.intoArray(sums, SUMS + 3 * LANES);
    }

    /** One filter × three vectors of pixels. */
    static void tile1x3(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector w = FloatVector.broadcast(SPECIES, weights[k]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
        s02.intoArray(sums, SUMS + 2 * LANES);
    }

    /** One filter × two vectors of pixels. */
    static void tile1x2(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector w = FloatVector.broadcast(SPECIES, weights[k]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
        }
        s00.intoArray(sums, SUMS);
        s01.intoArray(sums, SUMS + LANES);
    }

    /** One filter × one vector of pixels. */
    static void tile1x1(
            float[] input, int base, int[] taps, float[] weights, float[] bias, float[] sums) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        for (int k = 0; k < taps.length; k++) {
            int from = base + taps[k];
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector w = FloatVector.broadcast(SPECIES, weights[k]);
            s00 = x0.fma(w, s00);
        }
        s00.intoArray(sums, SUMS);
    }
}
