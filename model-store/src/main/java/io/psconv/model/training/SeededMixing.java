package io.psconv.model.training;

/**
 * Random numbers that depend on their seed and place alone, not on who asks first.
 *
 * <p>The output function of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
 */
final class SeededMixing {
    private static final long INCREMENT = 0x9e3779b97f4a7c15L;

    private SeededMixing() {}

    /** 64 random bits for a place of a stream. */
    static long bits(long seed, long stream, long place) {
        return mix(mix(mix(seed + INCREMENT) ^ stream) + place * INCREMENT);
    }

    /** A number from 0 to below {@code bound}, of the upper half of {@code bits}. */
    static int below(int bound, long bits) {
        return (int) (((bits >>> 32) * bound) >>> 32);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
