package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;
import static io.psconv.model.convolution.VectorTiles.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of weight gradients: some filters that share their supports times some of their
 * stored values, each a dot product of an upstream gradient and of pixels.
 *
 * <p>Vector {@code v} of filter {@code f} lies at {@code upstream[UPSTREAM + (v * filters + f) *
 * LANES]}, the pixels of stored value {@code k} at {@code pixels[base + taps[k] + v * LANES]}. A
 * tile leaves one vector a sum, by stored value, then filter; {@link #addLanes} makes them numbers.
 *
 * <p>Where many filters share their supports, lanes are filters instead and no sums are left over
 * lanes: vector {@code v} of position {@code p} lies at {@code upstream[UPSTREAM + (p * vectors +
 * v) * LANES]}, and sums are added to a slot, by stored value, then filter.
 */
final class GradientTiles {
    /** Where upstream vectors start in their array, at a cache line. */
    static final int UPSTREAM = FeatureMaps.ALIGNED_START;

    /** Sums of the largest tile. */
    private static final int MOST_SUMS = 24;

    /** Length of an array that sums are left in and added up in. */
    static final int SUMS_LENGTH = VectorTiles.SUMS + 2 * (MOST_SUMS + 1) * LANES;

    private GradientTiles() {}

    /** Four filters × six stored values. */
    static void tile4x6(
            float[] upstream,
            float[] pixels,
            int base,
            int[] taps,
            int first,
            int vectors,
            float[] sums) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s02 = FloatVector.zero(SPECIES);
        FloatVector s03 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s12 = FloatVector.zero(SPECIES);
        FloatVector s13 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s22 = FloatVector.zero(SPECIES);
        FloatVector s23 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s32 = FloatVector.zero(SPECIES);
        FloatVector s33 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        FloatVector s42 = FloatVector.zero(SPECIES);
        FloatVector s43 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s51 = FloatVector.zero(SPECIES);
        FloatVector s52 = FloatVector.zero(SPECIES);
        FloatVector s53 = FloatVector.zero(SPECIES);
        int x0 = base + taps[first];
        int x1 = base + taps[first + 1];
        int x2 = base + taps[first + 2];
        int x3 = base + taps[first + 3];
        int x4 = base + taps[first + 4];
        int x5 = base + taps[first + 5];
        for (int vector = 0; vector < vectors; vector++) {
            int from = UPSTREAM + vector * 4 * LANES;
            int at = vector * LANES;
            FloatVector u0 = FloatVector.fromArray(SPECIES, upstream, from);
            FloatVector u1 = FloatVector.fromArray(SPECIES, upstream, from + LANES);
            FloatVector u2 = FloatVector.fromArray(SPECIES, upstream, from + 2 * LANES);
            FloatVector u3 = FloatVector.fromArray(SPECIES, upstream, from + 3 * LANES);
            FloatVector x = FloatVector.fromArray(SPECIES, pixels, x0 + at);
            s00 = x.fma(u0, s00);
            s01 = x.fma(u1, s01);
            s02 = x.fma(u2, s02);
            s03 = x.fma(u3, s03);
            x = FloatVector.fromArray(SPECIES, pixels, x1 + at);
            s10 = x.fma(u0, s10);
            s11 = x.fma(u1, s11);
            s12 = x.fma(u2, s12);
            s13 = x.fma(u3, s13);
            x = FloatVector.fromArray(SPECIES, pixels, x2 + at);
            s20 = x.fma(u0, s20);
            s21 = x.fma(u1, s21);
            s22 = x.fma(u2, s22);
            s23 = x.fma(u3, s23);
            x = FloatVector.fromArray(SPECIES, pixels, x3 + at);
            s30 = x.fma(u0, s30);
            s31 = x.fma(u1, s31);
            s32 = x.fma(u2, s32);
            s33 = x.fma(u3, s33);
            x = FloatVector.fromArray(SPECIES, pixels, x4 + at);
            s40 = x.fma(u0, s40);
            s41 = x.fma(u1, s41);
            s42 = x.fma(u2, s42);
            s43 = x.fma(u3, s43);
            x = FloatVector.fromArray(SPECIES, pixels, x5 + at);
            s50 = x.fma(u0, s50);
            s51 = x.fma(u1, s51);
            s52 = x.fma(u2, s52);
            s53 = x.fma(u3, s53);
        }
        s00.intoArray(sums, VectorTiles.SUMS);
        s01.intoArray(sums, VectorTiles.SUMS + LANES);
        s02.intoArray(sums, VectorTiles.SUMS + 2 * LANES);
        s03.intoArray(sums, VectorTiles.SUMS + 3 * LANES);
        s10.intoArray(sums, VectorTiles.SUMS + 4 * LANES);
        s11.intoArray(sums, VectorTiles.SUMS + 5 * LANES);
        s12.intoArray(sums, VectorTiles.SUMS + 6 * LANES);
        s13.intoArray(sums, VectorTiles.SUMS + 7 * LANES);
        s20.intoArray(sums, VectorTiles.SUMS + 8 * LANES);
        s21.intoArray(sums, VectorTiles.SUMS + 9 * LANES);
        s22.intoArray(sums, VectorTiles.SUMS + 10 * LANES);
        s23.intoArray(sums, VectorTiles.SUMS + 11 * LANES);
        s30.intoArray(sums, VectorTiles.SUMS + 12 * LANES);
        s31.intoArray(sums, VectorTiles.SUMS + 13 * LANES);
        s32.intoArray(sums, VectorTiles.SUMS + 14 * LANES);
        s33.intoArray(sums, VectorTiles.SUMS + 15 * LANES);
        s40.intoArray(sums, VectorTiles.SUMS + 16 * LANES);
        s41.intoArray(sums, VectorTiles.SUMS + 17 * LANES);
        s42.intoArray(sums, VectorTiles.SUMS + 18 * LANES);
        s43.intoArray(sums, VectorTiles.SUMS + 19 * LANES);
        s50.intoArray(sums, VectorTiles.SUMS + 20 * LANES);
        s51.intoArray(sums, VectorTiles.SUMS + 21 * LANES);
        s52.intoArray(sums, VectorTiles.SUMS + 22 * LANES);
        s53.intoArray(sums, VectorTiles.SUMS + 23 * LANES);
    }

    /** Two filters × six stored values. */
    static void tile2x6(
            float[] upstream,
            float[] pixels,
            int base,
            int[] taps,
            int first,
            int vectors,
            float[] sums) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s51 = FloatVector.zero(SPECIES);
        int x0 = base + taps[first];
        int x1 = base + taps[first + 1];
        int x2 = base + taps[first + 2];
        int x3 = base + taps[first + 3];
        int x4 = base + taps[first + 4];
        int x5 = base + taps[first + 5];
        for (int vector = 0; vector < vectors; vector++) {
            int from = UPSTREAM + vector * 2 * LANES;
            int at = vector * LANES;
            FloatVector u0 = FloatVector.fromArray(SPECIES, upstream, from);
            FloatVector u1 = FloatVector.fromArray(SPECIES, upstream, from + LANES);
            FloatVector x = FloatVector.fromArray(SPECIES, pixels, x0 + at);
            s00 = x.fma(u0, s00);
            s01 = x.fma(u1, s01);
            x = FloatVector.fromArray(SPECIES, pixels, x1 + at);
            s10 = x.fma(u0, s10);
            s11 = x.fma(u1, s11);
            x = FloatVector.fromArray(SPECIES, pixels, x2 + at);
            s20 = x.fma(u0, s20);
            s21 = x.fma(u1, s21);
            x = FloatVector.fromArray(SPECIES, pixels, x3 + at);
            s30 = x.fma(u0, s30);
            s31 = x.fma(u1, s31);
            x = FloatVector.fromArray(SPECIES, pixels, x4 + at);
            s40 = x.fma(u0, s40);
            s41 = x.fma(u1, s41);
            x = FloatVector.fromArray(SPECIES, pixels, x5 + at);
            s50 = x.fma(u0, s50);
            s51 = x.fma(u1, s51);
        }
        s00.intoArray(sums, VectorTiles.SUMS);
        s01.intoArray(sums, VectorTiles.SUMS + LANES);
        s10.intoArray(sums, VectorTiles.SUMS + 2 * LANES);
        s11.intoArray(sums, VectorTiles.SUMS + 3 * LANES);
        s20.intoArray(sums, VectorTiles.SUMS + 4 * LANES);
        s21.intoArray(sums, VectorTiles.SUMS + 5 * LANES);
        s30.intoArray(sums, VectorTiles.SUMS + 6 * LANES);
        s31.intoArray(sums, VectorTiles.SUMS + 7 * LANES);
        s40.intoArray(sums, VectorTiles.SUMS + 8 * LANES);
        s41.intoArray(sums, VectorTiles.SUMS + 9 * LANES);
        s50.intoArray(sums, VectorTiles.SUMS + 10 * LANES);
        s51.intoArray(sums, VectorTiles.SUMS + 11 * LANES);
    }

    /** One filter × eight stored values. */
    static void tile1x8(
            float[] upstream,
            float[] pixels,
            int base,
            int[] taps,
            int first,
            int vectors,
            float[] sums) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s60 = FloatVector.zero(SPECIES);
        FloatVector s70 = FloatVector.zero(SPECIES);
        int x0 = base + taps[first];
        int x1 = base + taps[first + 1];
        int x2 = base + taps[first + 2];
        int x3 = base + taps[first + 3];
        int x4 = base + taps[first + 4];
        int x5 = base + taps[first + 5];
        int x6 = base + taps[first + 6];
        int x7 = base + taps[first + 7];
        for (int vector = 0; vector < vectors; vector++) {
            int from = UPSTREAM + vector * LANES;
            int at = vector * LANES;
            FloatVector u0 = FloatVector.fromArray(SPECIES, upstream, from);
            FloatVector x = FloatVector.fromArray(SPECIES, pixels, x0 + at);
            s00 = x.fma(u0, s00);
            x = FloatVector.fromArray(SPECIES, pixels, x1 + at);
            s10 = x.fma(u0, s10);
            x = FloatVector.fromArray(SPECIES, pixels, x2 + at);
            s20 = x.fma(u0, s20);
            x = FloatVector.fromArray(SPECIES, pixels, x3 + at);
            s30 = x.fma(u0, s30);
            x = FloatVector.fromArray(SPECIES, pixels, x4 + at);
            s40 = x.fma(u0, s40);
            x = FloatVector.fromArray(SPECIES, pixels, x5 + at);
            s50 = x.fma(u0, s50);
            x = FloatVector.fromArray(SPECIES, pixels, x6 + at);
            s60 = x.fma(u0, s60);
            x = FloatVector.fromArray(SPECIES, pixels, x7 + at);
            s70 = x.fma(u0, s70);
        }
        s00.intoArray(sums, VectorTiles.SUMS);
        s10.intoArray(sums, VectorTiles.SUMS + LANES);
        s20.intoArray(sums, VectorTiles.SUMS + 2 * LANES);
        s30.intoArray(sums, VectorTiles.SUMS + 3 * LANES);
        s40.intoArray(sums, VectorTiles.SUMS + 4 * LANES);
        s50.intoArray(sums, VectorTiles.SUMS + 5 * LANES);
        s60.intoArray(sums, VectorTiles.SUMS + 6 * LANES);
        s70.intoArray(sums, VectorTiles.SUMS + 7 * LANES);
    }

    /**
     * Adds the lanes of each sum up, halves first, and the results to a slot.
     *
     * @param sums vectors from {@link VectorTiles#SUMS} on, overwritten
     * @param count of vectors
     * @param slot where the first result is added
     */
    static void addLanes(float[] sums, int count, float[] slot, int first) {
        int lanes = LANES;
        int from = VectorTiles.SUMS;
        int to = VectorTiles.SUMS + (MOST_SUMS + 1) * LANES;
        while (lanes > 4) {
            lanes /= 2;
            halve(sums, from, count, lanes, to);
            int halved = to;
            to = from;
            from = halved;
        }
        for (int sum = 0; sum < count; sum++) {
            int at = from + sum * lanes;
            slot[first + sum] += (sums[at] + sums[at + 2]) + (sums[at + 1] + sums[at + 3]);
        }
    }

    /**
     * Adds the upper half of each sum to the lower one; the results lie side by side.
     *
     * <p>Whole vectors are read and written, of which the upper part is of no use and overwritten
     * by the next one's: a vector of another length anywhere would cost all loops their speed,
     * since the compiler then no longer knows what an operation's operands are.
     *
     * @param lanes of a half
     * @param to apart from the sums by more than {@code count} vectors
     */
    private static void halve(float[] sums, int from, int count, int lanes, int to) {
        for (int sum = 0; sum < count; sum++) {
            int lower = from + 2 * sum * lanes;
            FloatVector.fromArray(SPECIES, sums, lower)
                    .add(FloatVector.fromArray(SPECIES, sums, lower + lanes))
                    .intoArray(sums, to + sum * lanes);
        }
    }

    /** Four vectors of filters × six stored values, lanes as filters. */
    static void filters4x6(
            float[] upstream,
            float[] pixels,
            int base,
            int[] taps,
            int first,
            int positions,
            float[] slot,
            int to) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s02 = FloatVector.zero(SPECIES);
        FloatVector s03 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s12 = FloatVector.zero(SPECIES);
        FloatVector s13 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s22 = FloatVector.zero(SPECIES);
        FloatVector s23 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s32 = FloatVector.zero(SPECIES);
        FloatVector s33 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        FloatVector s42 = FloatVector.zero(SPECIES);
        FloatVector s43 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s51 = FloatVector.zero(SPECIES);
        FloatVector s52 = FloatVector.zero(SPECIES);
        FloatVector s53 = FloatVector.zero(SPECIES);
        int x0 = base + taps[first];
        int x1 = base + taps[first + 1];
        int x2 = base + taps[first + 2];
        int x3 = base + taps[first + 3];
        int x4 = base + taps[first + 4];
        int x5 = base + taps[first + 5];
        for (int position = 0; position < positions; position++) {
            int from = UPSTREAM + position * 4 * LANES;
            FloatVector u0 = FloatVector.fromArray(SPECIES, upstream, from);
            FloatVector u1 = FloatVector.fromArray(SPECIES, upstream, from + LANES);
            FloatVector u2 = FloatVector.fromArray(SPECIES, upstream, from + 2 * LANES);
            FloatVector u3 = FloatVector.fromArray(SPECIES, upstream, from + 3 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, pixels[x0 + position]);
            s00 = x.fma(u0, s00);
            s01 = x.fma(u1, s01);
            s02 = x.fma(u2, s02);
            s03 = x.fma(u3, s03);
            x = FloatVector.broadcast(SPECIES, pixels[x1 + position]);
            s10 = x.fma(u0, s10);
            s11 = x.fma(u1, s11);
            s12 = x.fma(u2, s12);
            s13 = x.fma(u3, s13);
            x = FloatVector.broadcast(SPECIES, pixels[x2 + position]);
            s20 = x.fma(u0, s20);
            s21 = x.fma(u1, s21);
            s22 = x.fma(u2, s22);
            s23 = x.fma(u3, s23);
            x = FloatVector.broadcast(SPECIES, pixels[x3 + position]);
            s30 = x.fma(u0, s30);
            s31 = x.fma(u1, s31);
            s32 = x.fma(u2, s32);
            s33 = x.fma(u3, s33);
            x = FloatVector.broadcast(SPECIES, pixels[x4 + position]);
            s40 = x.fma(u0, s40);
            s41 = x.fma(u1, s41);
            s42 = x.fma(u2, s42);
            s43 = x.fma(u3, s43);
            x = FloatVector.broadcast(SPECIES, pixels[x5 + position]);
            s50 = x.fma(u0, s50);
            s51 = x.fma(u1, s51);
            s52 = x.fma(u2, s52);
            s53 = x.fma(u3, s53);
        }
        s00.add(FloatVector.fromArray(SPECIES, slot, to)).intoArray(slot, to);
        s01.add(FloatVector.fromArray(SPECIES, slot, to + LANES)).intoArray(slot, to + LANES);
        s02.add(FloatVector.fromArray(SPECIES, slot, to + 2 * LANES))
                .intoArray(slot, to + 2 * LANES);
        s03.add(FloatVector.fromArray(SPECIES, slot, to + 3 * LANES))
                .intoArray(slot, to + 3 * LANES);
        s10.add(FloatVector.fromArray(SPECIES, slot, to + 4 * LANES))
                .intoArray(slot, to + 4 * LANES);
        s11.add(FloatVector.fromArray(SPECIES, slot, to + 5 * LANES))
                .intoArray(slot, to + 5 * LANES);
        s12.add(FloatVector.fromArray(SPECIES, slot, to + 6 * LANES))
                .intoArray(slot, to + 6 * LANES);
        s13.add(FloatVector.fromArray(SPECIES, slot, to + 7 * LANES))
                .intoArray(slot, to + 7 * LANES);
        s20.add(FloatVector.fromArray(SPECIES, slot, to + 8 * LANES))
                .intoArray(slot, to + 8 * LANES);
        s21.add(FloatVector.fromArray(SPECIES, slot, to + 9 * LANES))
                .intoArray(slot, to + 9 * LANES);
        s22.add(FloatVector.fromArray(SPECIES, slot, to + 10 * LANES))
                .intoArray(slot, to + 10 * LANES);
        s23.add(FloatVector.fromArray(SPECIES, slot, to + 11 * LANES))
                .intoArray(slot, to + 11 * LANES);
        s30.add(FloatVector.fromArray(SPECIES, slot, to + 12 * LANES))
                .intoArray(slot, to + 12 * LANES);
        s31.add(FloatVector.fromArray(SPECIES, slot, to + 13 * LANES))
                .intoArray(slot, to + 13 * LANES);
        s32.add(FloatVector.fromArray(SPECIES, slot, to + 14 * LANES))
                .intoArray(slot, to + 14 * LANES);
        s33.add(FloatVector.fromArray(SPECIES, slot, to + 15 * LANES))
                .intoArray(slot, to + 15 * LANES);
        s40.add(FloatVector.fromArray(SPECIES, slot, to + 16 * LANES))
                .intoArray(slot, to + 16 * LANES);
        s41.add(FloatVector.fromArray(SPECIES, slot, to + 17 * LANES))
                .intoArray(slot, to + 17 * LANES);
        s42.add(FloatVector.fromArray(SPECIES, slot, to + 18 * LANES))
                .intoArray(slot, to + 18 * LANES);
        s43.add(FloatVector.fromArray(SPECIES, slot, to + 19 * LANES))
                .intoArray(slot, to + 19 * LANES);
        s50.add(FloatVector.fromArray(SPECIES, slot, to + 20 * LANES))
                .intoArray(slot, to + 20 * LANES);
        s51.add(FloatVector.fromArray(SPECIES, slot, to + 21 * LANES))
                .intoArray(slot, to + 21 * LANES);
        s52.add(FloatVector.fromArray(SPECIES, slot, to + 22 * LANES))
                .intoArray(slot, to + 22 * LANES);
        s53.add(FloatVector.fromArray(SPECIES, slot, to + 23 * LANES))
                .intoArray(slot, to + 23 * LANES);
    }

    /** Two vectors of filters × six stored values, lanes as filters. */
    static void filters2x6(
            float[] upstream,
            float[] pixels,
            int base,
            int[] taps,
            int first,
            int positions,
            float[] slot,
            int to) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s51 = FloatVector.zero(SPECIES);
        int x0 = base + taps[first];
        int x1 = base + taps[first + 1];
        int x2 = base + taps[first + 2];
        int x3 = base + taps[first + 3];
        int x4 = base + taps[first + 4];
        int x5 = base + taps[first + 5];
        for (int position = 0; position < positions; position++) {
            int from = UPSTREAM + position * 2 * LANES;
            FloatVector u0 = FloatVector.fromArray(SPECIES, upstream, from);
            FloatVector u1 = FloatVector.fromArray(SPECIES, upstream, from + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, pixels[x0 + position]);
            s00 = x.fma(u0, s00);
            s01 = x.fma(u1, s01);
            x = FloatVector.broadcast(SPECIES, pixels[x1 + position]);
            s10 = x.fma(u0, s10);
            s11 = x.fma(u1, s11);
            x = FloatVector.broadcast(SPECIES, pixels[x2 + position]);
            s20 = x.fma(u0, s20);
            s21 = x.fma(u1, s21);
            x = FloatVector.broadcast(SPECIES, pixels[x3 + position]);
            s30 = x.fma(u0, s30);
            s31 = x.fma(u1, s31);
            x = FloatVector.broadcast(SPECIES, pixels[x4 + position]);
            s40 = x.fma(u0, s40);
            s41 = x.fma(u1, s41);
            x = FloatVector.broadcast(SPECIES, pixels[x5 + position]);
            s50 = x.fma(u0, s50);
            s51 = x.fma(u1, s51);
        }
        s00.add(FloatVector.fromArray(SPECIES, slot, to)).intoArray(slot, to);
        s01.add(FloatVector.fromArray(SPECIES, slot, to + LANES)).intoArray(slot, to + LANES);
        s10.add(FloatVector.fromArray(SPECIES, slot, to + 2 * LANES))
                .intoArray(slot, to + 2 * LANES);
        s11.add(FloatVector.fromArray(SPECIES, slot, to + 3 * LANES))
                .intoArray(slot, to + 3 * LANES);
        s20.add(FloatVector.fromArray(SPECIES, slot, to + 4 * LANES))
                .intoArray(slot, to + 4 * LANES);
        s21.add(FloatVector.fromArray(SPECIES, slot, to + 5 * LANES))
                .intoArray(slot, to + 5 * LANES);
        s30.add(FloatVector.fromArray(SPECIES, slot, to + 6 * LANES))
                .intoArray(slot, to + 6 * LANES);
        s31.add(FloatVector.fromArray(SPECIES, slot, to + 7 * LANES))
                .intoArray(slot, to + 7 * LANES);
        s40.add(FloatVector.fromArray(SPECIES, slot, to + 8 * LANES))
                .intoArray(slot, to + 8 * LANES);
        s41.add(FloatVector.fromArray(SPECIES, slot, to + 9 * LANES))
                .intoArray(slot, to + 9 * LANES);
        s50.add(FloatVector.fromArray(SPECIES, slot, to + 10 * LANES))
                .intoArray(slot, to + 10 * LANES);
        s51.add(FloatVector.fromArray(SPECIES, slot, to + 11 * LANES))
                .intoArray(slot, to + 11 * LANES);
    }
}
