package io.psconv.model.cuda;

import io.psconv.model.format.HalfPrecision;

/**
 * The matrix product of a warp, {@code mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32}.
 *
 * <p>Which element a lane holds is written from the PTX ISA, "Matrix Fragments for mma.m16n8k16":
 * with {@code group = lane / 4} and {@code place = lane % 4}, element {@code i} of A lies in row
 * {@code group} for i in 0, 1, 4, 5 and {@code group + 8} otherwise, in column {@code place · 2 + i
 * % 2}, plus 8 from i = 4 on; element {@code i} of B in row {@code place · 2 + i % 2}, plus 8 from
 * i = 2 on, and column {@code group}; element {@code i} of C and D in row {@code group}, plus 8
 * from i = 2 on, and column {@code place · 2 + i % 2}.
 */
final class TensorCore {
    private static final int LANES = 32;
    private static final float[] HALVES = new float[1 << 16];

    static {
        for (int bits = 0; bits < HALVES.length; bits++) {
            HALVES[bits] = HalfPrecision.widen((short) bits);
        }
    }

    private final float[] a = new float[16 * 16];
    private final float[] b = new float[16 * 8];
    private final float[] d = new float[16 * 8];

    static float widen(int bits) {
        return HALVES[bits & 0xffff];
    }

    /** Registers are rows of {@code words}, one word a lane. */
    void multiply(int[] words, int[] to, int[] left, int[] right, int[] added) {
        for (int lane = 0; lane < LANES; lane++) {
            int group = lane / 4;
            int place = lane % 4;
            for (int i = 0; i < 8; i++) {
                int row = i % 4 < 2 ? group : group + 8;
                int column = place * 2 + i % 2 + (i < 4 ? 0 : 8);
                a[row * 16 + column] = half(words[left[i / 2] + lane], i % 2);
            }
            for (int i = 0; i < 4; i++) {
                int row = place * 2 + i % 2 + (i < 2 ? 0 : 8);
                b[row * 8 + group] = half(words[right[i / 2] + lane], i % 2);
            }
            for (int i = 0; i < 4; i++) {
                d[element(group, place, i)] = Float.intBitsToFloat(words[added[i] + lane]);
            }
        }
        for (int row = 0; row < 16; row++) {
            for (int k = 0; k < 16; k++) {
                float left1 = a[row * 16 + k];
                for (int column = 0; column < 8; column++) {
                    d[row * 8 + column] += left1 * b[k * 8 + column];
                }
            }
        }
        for (int lane = 0; lane < LANES; lane++) {
            for (int i = 0; i < 4; i++) {
                words[to[i] + lane] = Float.floatToRawIntBits(d[element(lane / 4, lane % 4, i)]);
            }
        }
    }

    private static int element(int group, int place, int i) {
        return (i < 2 ? group : group + 8) * 8 + place * 2 + i % 2;
    }

    private static float half(int word, int which) {
        return HALVES[which == 0 ? word & 0xffff : word >>> 16];
    }
}
