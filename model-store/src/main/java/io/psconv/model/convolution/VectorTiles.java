package io.psconv.model.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles: some filters that share their supports times some vectors of pixels.
 *
 * <p>Each method starts from the bias, runs once over the stored values with all sums in registers,
 * and stores the sums. It is small and called often, which keeps the sums out of memory and the
 * compiler's vectors unboxed. Pixel {@code p} of stored value {@code k} is {@code input[inputBase +
 * offsets[k] + p]}, its weight for filter {@code f} is {@code weights[k * filters + f]}, the sum
 * goes to {@code output[outputBases[f] + position + p]}.
 */
final class VectorTiles {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    private VectorTiles() {}

    /** Eight filters × three vectors of pixels. */
    static void tile8x3(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
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
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
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
            weight += 8;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        s01.intoArray(output, to0 + LANES);
        s02.intoArray(output, to0 + 2 * LANES);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
        s11.intoArray(output, to1 + LANES);
        s12.intoArray(output, to1 + 2 * LANES);
        int to2 = outputBases[2] + position;
        s20.intoArray(output, to2);
        s21.intoArray(output, to2 + LANES);
        s22.intoArray(output, to2 + 2 * LANES);
        int to3 = outputBases[3] + position;
        s30.intoArray(output, to3);
        s31.intoArray(output, to3 + LANES);
        s32.intoArray(output, to3 + 2 * LANES);
        int to4 = outputBases[4] + position;
        s40.intoArray(output, to4);
        s41.intoArray(output, to4 + LANES);
        s42.intoArray(output, to4 + 2 * LANES);
        int to5 = outputBases[5] + position;
        s50.intoArray(output, to5);
        s51.intoArray(output, to5 + LANES);
        s52.intoArray(output, to5 + 2 * LANES);
        int to6 = outputBases[6] + position;
        s60.intoArray(output, to6);
        s61.intoArray(output, to6 + LANES);
        s62.intoArray(output, to6 + 2 * LANES);
        int to7 = outputBases[7] + position;
        s70.intoArray(output, to7);
        s71.intoArray(output, to7 + LANES);
        s72.intoArray(output, to7 + 2 * LANES);
    }

    /** Eight filters × two vectors of pixels. */
    static void tile8x2(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
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
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
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
            weight += 8;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        s01.intoArray(output, to0 + LANES);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
        s11.intoArray(output, to1 + LANES);
        int to2 = outputBases[2] + position;
        s20.intoArray(output, to2);
        s21.intoArray(output, to2 + LANES);
        int to3 = outputBases[3] + position;
        s30.intoArray(output, to3);
        s31.intoArray(output, to3 + LANES);
        int to4 = outputBases[4] + position;
        s40.intoArray(output, to4);
        s41.intoArray(output, to4 + LANES);
        int to5 = outputBases[5] + position;
        s50.intoArray(output, to5);
        s51.intoArray(output, to5 + LANES);
        int to6 = outputBases[6] + position;
        s60.intoArray(output, to6);
        s61.intoArray(output, to6 + LANES);
        int to7 = outputBases[7] + position;
        s70.intoArray(output, to7);
        s71.intoArray(output, to7 + LANES);
    }

    /** Eight filters × one vector of pixels. */
    static void tile8x1(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        FloatVector s40 = FloatVector.broadcast(SPECIES, bias[4]);
        FloatVector s50 = FloatVector.broadcast(SPECIES, bias[5]);
        FloatVector s60 = FloatVector.broadcast(SPECIES, bias[6]);
        FloatVector s70 = FloatVector.broadcast(SPECIES, bias[7]);
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
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
            w = FloatVector.broadcast(SPECIES, weights[weight + 7]);
            s70 = x0.fma(w, s70);
            weight += 8;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
        int to2 = outputBases[2] + position;
        s20.intoArray(output, to2);
        int to3 = outputBases[3] + position;
        s30.intoArray(output, to3);
        int to4 = outputBases[4] + position;
        s40.intoArray(output, to4);
        int to5 = outputBases[5] + position;
        s50.intoArray(output, to5);
        int to6 = outputBases[6] + position;
        s60.intoArray(output, to6);
        int to7 = outputBases[7] + position;
        s70.intoArray(output, to7);
    }

    /** Four filters × six vectors of pixels. */
    static void tile4x6(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
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
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector x5 = FloatVector.fromArray(SPECIES, input, from + 5 * LANES);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
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
            weight += 4;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        s01.intoArray(output, to0 + LANES);
        s02.intoArray(output, to0 + 2 * LANES);
        s03.intoArray(output, to0 + 3 * LANES);
        s04.intoArray(output, to0 + 4 * LANES);
        s05.intoArray(output, to0 + 5 * LANES);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
        s11.intoArray(output, to1 + LANES);
        s12.intoArray(output, to1 + 2 * LANES);
        s13.intoArray(output, to1 + 3 * LANES);
        s14.intoArray(output, to1 + 4 * LANES);
        s15.intoArray(output, to1 + 5 * LANES);
        int to2 = outputBases[2] + position;
        s20.intoArray(output, to2);
        s21.intoArray(output, to2 + LANES);
        s22.intoArray(output, to2 + 2 * LANES);
        s23.intoArray(output, to2 + 3 * LANES);
        s24.intoArray(output, to2 + 4 * LANES);
        s25.intoArray(output, to2 + 5 * LANES);
        int to3 = outputBases[3] + position;
        s30.intoArray(output, to3);
        s31.intoArray(output, to3 + LANES);
        s32.intoArray(output, to3 + 2 * LANES);
        s33.intoArray(output, to3 + 3 * LANES);
        s34.intoArray(output, to3 + 4 * LANES);
        s35.intoArray(output, to3 + 5 * LANES);
    }

    /** Four filters × three vectors of pixels. */
    static void tile4x3(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
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
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
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
            weight += 4;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        s01.intoArray(output, to0 + LANES);
        s02.intoArray(output, to0 + 2 * LANES);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
        s11.intoArray(output, to1 + LANES);
        s12.intoArray(output, to1 + 2 * LANES);
        int to2 = outputBases[2] + position;
        s20.intoArray(output, to2);
        s21.intoArray(output, to2 + LANES);
        s22.intoArray(output, to2 + 2 * LANES);
        int to3 = outputBases[3] + position;
        s30.intoArray(output, to3);
        s31.intoArray(output, to3 + LANES);
        s32.intoArray(output, to3 + 2 * LANES);
    }

    /** Four filters × one vector of pixels. */
    static void tile4x1(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        FloatVector s20 = FloatVector.broadcast(SPECIES, bias[2]);
        FloatVector s30 = FloatVector.broadcast(SPECIES, bias[3]);
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            w = FloatVector.broadcast(SPECIES, weights[weight + 2]);
            s20 = x0.fma(w, s20);
            w = FloatVector.broadcast(SPECIES, weights[weight + 3]);
            s30 = x0.fma(w, s30);
            weight += 4;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
        int to2 = outputBases[2] + position;
        s20.intoArray(output, to2);
        int to3 = outputBases[3] + position;
        s30.intoArray(output, to3);
    }

    /** Two filters × six vectors of pixels. */
    static void tile2x6(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
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
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector x5 = FloatVector.fromArray(SPECIES, input, from + 5 * LANES);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
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
            weight += 2;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        s01.intoArray(output, to0 + LANES);
        s02.intoArray(output, to0 + 2 * LANES);
        s03.intoArray(output, to0 + 3 * LANES);
        s04.intoArray(output, to0 + 4 * LANES);
        s05.intoArray(output, to0 + 5 * LANES);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
        s11.intoArray(output, to1 + LANES);
        s12.intoArray(output, to1 + 2 * LANES);
        s13.intoArray(output, to1 + 3 * LANES);
        s14.intoArray(output, to1 + 4 * LANES);
        s15.intoArray(output, to1 + 5 * LANES);
    }

    /** Two filters × one vector of pixels. */
    static void tile2x1(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, bias[1]);
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            w = FloatVector.broadcast(SPECIES, weights[weight + 1]);
            s10 = x0.fma(w, s10);
            weight += 2;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        int to1 = outputBases[1] + position;
        s10.intoArray(output, to1);
    }

    /** One filter × eight vectors of pixels. */
    static void tile1x8(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s05 = s00;
        FloatVector s06 = s00;
        FloatVector s07 = s00;
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector x1 = FloatVector.fromArray(SPECIES, input, from + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, input, from + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, input, from + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(SPECIES, input, from + 4 * LANES);
            FloatVector x5 = FloatVector.fromArray(SPECIES, input, from + 5 * LANES);
            FloatVector x6 = FloatVector.fromArray(SPECIES, input, from + 6 * LANES);
            FloatVector x7 = FloatVector.fromArray(SPECIES, input, from + 7 * LANES);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            s01 = x1.fma(w, s01);
            s02 = x2.fma(w, s02);
            s03 = x3.fma(w, s03);
            s04 = x4.fma(w, s04);
            s05 = x5.fma(w, s05);
            s06 = x6.fma(w, s06);
            s07 = x7.fma(w, s07);
            weight += 1;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
        s01.intoArray(output, to0 + LANES);
        s02.intoArray(output, to0 + 2 * LANES);
        s03.intoArray(output, to0 + 3 * LANES);
        s04.intoArray(output, to0 + 4 * LANES);
        s05.intoArray(output, to0 + 5 * LANES);
        s06.intoArray(output, to0 + 6 * LANES);
        s07.intoArray(output, to0 + 7 * LANES);
    }

    /** One filter × one vector of pixels. */
    static void tile1x1(
            float[] input,
            int inputBase,
            int[] offsets,
            float[] weights,
            float[] bias,
            float[] output,
            int[] outputBases,
            int position) {
        FloatVector s00 = FloatVector.broadcast(SPECIES, bias[0]);
        int weight = 0;
        for (int offset : offsets) {
            int from = inputBase + offset;
            FloatVector x0 = FloatVector.fromArray(SPECIES, input, from);
            FloatVector w;
            w = FloatVector.broadcast(SPECIES, weights[weight]);
            s00 = x0.fma(w, s00);
            weight += 1;
        }
        int to0 = outputBases[0] + position;
        s00.intoArray(output, to0);
    }

    /**
     * Adds {@code residual} to {@code output} and takes the ReLU, from {@code from} to {@code to}.
     */
    static void addAndRelu(float[] output, float[] residual, int from, int to) {
        for (int index = from; index < to; index += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, output, index);
            sum.add(FloatVector.fromArray(SPECIES, residual, index))
                    .max(0f)
                    .intoArray(output, index);
        }
    }

    static void relu(float[] output, int from, int to) {
        for (int index = from; index < to; index += LANES) {
            FloatVector.fromArray(SPECIES, output, index).max(0f).intoArray(output, index);
        }
    }

    static void add(float[] output, float[] residual, int from, int to) {
        for (int index = from; index < to; index += LANES) {
            FloatVector.fromArray(SPECIES, output, index)
                    .add(FloatVector.fromArray(SPECIES, residual, index))
                    .intoArray(output, index);
        }
    }
}
