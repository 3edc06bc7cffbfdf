package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    @Test
    void keepsEveryFiniteHalfThroughFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfPrecision.widen((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(HalfPrecision.narrow(value)).as("bits %x", bits).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void widensKnownValues() {
        assertThat(HalfPrecision.widen((short) 0x3c00)).isEqualTo(1f);
        assertThat(HalfPrecision.widen((short) 0xc000)).isEqualTo(-2f);
        assertThat(HalfPrecision.widen((short) 0x7bff)).isEqualTo(65504f);
        assertThat(HalfPrecision.widen((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(HalfPrecision.widen((short) 0x0400)).isEqualTo(0x1p-14f);
        assertThat(HalfPrecision.widen((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(HalfPrecision.widen((short) 0x7e00)).isNaN();
        assertThat(Float.floatToRawIntBits(HalfPrecision.widen((short) 0x8000)))
                .isEqualTo(Float.floatToRawIntBits(-0f));
    }

    @Test
    void roundsTiesToEven() {
        assertThat(HalfPrecision.narrow(1f + 0x1p-11f)).isEqualTo((short) 0x3c00);
        assertThat(HalfPrecision.narrow(1f + 0x3p-11f)).isEqualTo((short) 0x3c02);
        assertThat(HalfPrecision.narrow(0x1p-25f)).isEqualTo((short) 0);
        assertThat(HalfPrecision.narrow(0x3p-25f)).isEqualTo((short) 2);
        assertThat(HalfPrecision.narrow(0x1p-14f - 0x1p-26f)).isEqualTo((short) 0x0400);
    }

    @Test
    void overflowsToInfinityAtTheRoundingBoundary() {
        assertThat(HalfPrecision.narrow(65519.99f)).isEqualTo((short) 0x7bff);
        assertThat(HalfPrecision.narrow(65520f)).isEqualTo((short) 0x7c00);
        assertThat(HalfPrecision.narrow(-1e30f)).isEqualTo((short) 0xfc00);
        assertThat(HalfPrecision.narrow(Float.NaN)).isEqualTo((short) 0x7e00);
    }

    @Test
    void picksTheNearestHalf() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int trial = 0; trial < 100_000; trial++) {
            float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(40) - 26));
            if (Math.abs(value) >= HalfPrecision.MAX_VALUE) {
                continue;
            }
            short bits = HalfPrecision.narrow(value);
            double error = Math.abs((double) HalfPrecision.widen(bits) - value);
            double above = Math.abs((double) HalfPrecision.widen((short) (bits + 1)) - value);
            assertThat(error).as("seed %d, value %s", seed, value).isLessThanOrEqualTo(above);
            if ((bits & 0x7fff) != 0) {
                double below = Math.abs((double) HalfPrecision.widen((short) (bits - 1)) - value);
                assertThat(error).as("seed %d, value %s", seed, value).isLessThanOrEqualTo(below);
            }
        }
    }
}
