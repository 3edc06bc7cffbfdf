package io.psconv.model.format;

/** IEEE 754 binary16 to {@code float} and back; {@link Float} has these from JDK 20 on only. */
public final class HalfPrecision {
    /** Largest finite value of binary16. */
    public static final float MAX_VALUE = 65504f;

    private static final int MANTISSA_SHIFT = 23 - 10;

    private HalfPrecision() {}

    /** The exact value of binary16 {@code bits}. */
    public static float widen(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1f;
        int mantissa = bits & 0x3ff;
        if (exponent == 0) {
            // Zero and subnormals: the mantissa counts units of 2^-24.
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int widened = exponent == 0x1f ? 0xff : exponent + 127 - 15;
        return Float.intBitsToFloat(sign | widened << 23 | mantissa << MANTISSA_SHIFT);
    }

    /** The binary16 nearest to {@code value}, ties to even; what lies beyond becomes infinite. */
    public static short narrow(float value) {
        int bits = Float.floatToIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= Float.floatToIntBits(65520f)) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < Float.floatToIntBits(0x1p-14f)) {
            // The sum rounds to a multiple of 2^-24, the spacing of the subnormals.
            float rounded = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToIntBits(rounded) - Float.floatToIntBits(0.5f));
        }
        int odd = magnitude >> MANTISSA_SHIFT & 1;
        int rebased = magnitude - ((127 - 15) << 23) + 0xfff + odd;
        return (short) (sign | rebased >> MANTISSA_SHIFT);
    }
}
