package io.psconv.model.convolution;

import java.util.function.DoubleSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The most multiply–adds that a core does in this JVM: a loop of fused multiply–adds between
 * registers.
 *
 * <p>No convolution of 32-bit floats by the same instructions can do more, so a share of it says
 * how much of the machine a loop uses. A multiply–add counts as two operations. Needs the Vector
 * API; thread-safe.
 */
public final class FmaCeiling {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Some ten microseconds: called often, so that what was compiled as a whole runs. */
    private static final int STEPS = 2000;

    /** So few that a call ends soon before the loop is compiled. */
    private static final int COMPILING_STEPS = 16;

    /** Takes ten times as long as any processor would, and a tenth of what the interpreter does. */
    private static final double COMPILED_NANOS = 2;

    /** A busy machine compiles late; one that knows no vector instructions never does. */
    private static final long MOST_COMPILING_NANOS = 20_000_000_000L;

    /** Small, so that the sums stay ordinary numbers. */
    private static final float START = 1.0f / 64;

    /** Whatever was summed last, so that nothing is left out as unused. */
    @SuppressWarnings("UnusedVariable") // Only there to be written.
    private static volatile float sink;

    private static boolean compiled;

    private FmaCeiling() {}

    /**
     * Measures the calling thread, the better of two loops, each for half the time.
     *
     * @param nanos how long; the first call takes some seconds more, to have the loops compiled
     * @return 10⁹ operations a second
     */
    public static double measure(long nanos) {
        if (nanos < 1) {
            throw new IllegalArgumentException(
                    "nanos was '" + nanos + "' but it must be at least 1");
        }
        compile();
        return Math.max(
                measure(() -> chains12(START, STEPS), 12, nanos / 2),
                measure(() -> chains24(START, STEPS), 24, nanos / 2));
    }

    private static double measure(DoubleSupplier loop, int chains, long nanos) {
        double sum = 0;
        long calls = 0;
        long start = System.nanoTime();
        long elapsed;
        do {
            sum += loop.getAsDouble();
            calls++;
            elapsed = System.nanoTime() - start;
        } while (elapsed < nanos);
        sink = (float) sum;
        return 2.0 * calls * STEPS * chains * SPECIES.length() / elapsed;
    }

    /** Not as the class is initialized: until then its constants are none to the compiler. */
    private static synchronized void compile() {
        if (!compiled) {
            compile(() -> chains12(START, COMPILING_STEPS), 12);
            compile(() -> chains24(START, COMPILING_STEPS), 24);
            compiled = true;
        }
    }

    /** Calls a loop until it is compiled for good. */
    private static void compile(DoubleSupplier loop, int chains) {
        double most = COMPILED_NANOS * COMPILING_STEPS * chains;
        double sum = 0;
        long start = System.nanoTime();
        long begun;
        long ended;
        do {
            begun = System.nanoTime();
            sum += loop.getAsDouble();
            ended = System.nanoTime();
        } while (ended - begun > most && ended - start < MOST_COMPILING_NANOS);
        sink = (float) sum;
    }

    /** 12 independent chains: what fits sixteen registers. */
    private static float chains12(float start, int steps) {
        FloatVector x = FloatVector.broadcast(SPECIES, start);
        FloatVector w = FloatVector.broadcast(SPECIES, start * start);
        FloatVector s00 = FloatVector.broadcast(SPECIES, start + 0);
        FloatVector s01 = FloatVector.broadcast(SPECIES, start + 1);
        FloatVector s02 = FloatVector.broadcast(SPECIES, start + 2);
        FloatVector s03 = FloatVector.broadcast(SPECIES, start + 3);
        FloatVector s04 = FloatVector.broadcast(SPECIES, start + 4);
        FloatVector s05 = FloatVector.broadcast(SPECIES, start + 5);
        FloatVector s06 = FloatVector.broadcast(SPECIES, start + 6);
        FloatVector s07 = FloatVector.broadcast(SPECIES, start + 7);
        FloatVector s08 = FloatVector.broadcast(SPECIES, start + 8);
        FloatVector s09 = FloatVector.broadcast(SPECIES, start + 9);
        FloatVector s10 = FloatVector.broadcast(SPECIES, start + 10);
        FloatVector s11 = FloatVector.broadcast(SPECIES, start + 11);
        for (int step = 0; step < steps; step++) {
            s00 = x.fma(w, s00);
            s01 = x.fma(w, s01);
            s02 = x.fma(w, s02);
            s03 = x.fma(w, s03);
            s04 = x.fma(w, s04);
            s05 = x.fma(w, s05);
            s06 = x.fma(w, s06);
            s07 = x.fma(w, s07);
            s08 = x.fma(w, s08);
            s09 = x.fma(w, s09);
            s10 = x.fma(w, s10);
            s11 = x.fma(w, s11);
        }
        return s00.add(s01)
                .add(s02)
                .add(s03)
                .add(s04)
                .add(s05)
                .add(s06)
                .add(s07)
                .add(s08)
                .add(s09)
                .add(s10)
                .add(s11)
                .reduceLanes(VectorOperators.ADD);
    }

    /** 24 independent chains: what 512-bit machines have registers for. */
    private static float chains24(float start, int steps) {
        FloatVector x = FloatVector.broadcast(SPECIES, start);
        FloatVector w = FloatVector.broadcast(SPECIES, start * start);
        FloatVector s00 = FloatVector.broadcast(SPECIES, start + 0);
        FloatVector s01 = FloatVector.broadcast(SPECIES, start + 1);
        FloatVector s02 = FloatVector.broadcast(SPECIES, start + 2);
        FloatVector s03 = FloatVector.broadcast(SPECIES, start + 3);
        FloatVector s04 = FloatVector.broadcast(SPECIES, start + 4);
        FloatVector s05 = FloatVector.broadcast(SPECIES, start + 5);
        FloatVector s06 = FloatVector.broadcast(SPECIES, start + 6);
        FloatVector s07 = FloatVector.broadcast(SPECIES, start + 7);
        FloatVector s08 = FloatVector.broadcast(SPECIES, start + 8);
        FloatVector s09 = FloatVector.broadcast(SPECIES, start + 9);
        FloatVector s10 = FloatVector.broadcast(SPECIES, start + 10);
        FloatVector s11 = FloatVector.broadcast(SPECIES, start + 11);
        FloatVector s12 = FloatVector.broadcast(SPECIES, start + 12);
        FloatVector s13 = FloatVector.broadcast(SPECIES, start + 13);
        FloatVector s14 = FloatVector.broadcast(SPECIES, start + 14);
        FloatVector s15 = FloatVector.broadcast(SPECIES, start + 15);
        FloatVector s16 = FloatVector.broadcast(SPECIES, start + 16);
        FloatVector s17 = FloatVector.broadcast(SPECIES, start + 17);
        FloatVector s18 = FloatVector.broadcast(SPECIES, start + 18);
        FloatVector s19 = FloatVector.broadcast(SPECIES, start + 19);
        FloatVector s20 = FloatVector.broadcast(SPECIES, start + 20);
        FloatVector s21 = FloatVector.broadcast(SPECIES, start + 21);
        FloatVector s22 = FloatVector.broadcast(SPECIES, start + 22);
        FloatVector s23 = FloatVector.broadcast(SPECIES, start + 23);
        for (int step = 0; step < steps; step++) {
            s00 = x.fma(w, s00);
            s01 = x.fma(w, s01);
            s02 = x.fma(w, s02);
            s03 = x.fma(w, s03);
            s04 = x.fma(w, s04);
            s05 = x.fma(w, s05);
            s06 = x.fma(w, s06);
            s07 = x.fma(w, s07);
            s08 = x.fma(w, s08);
            s09 = x.fma(w, s09);
            s10 = x.fma(w, s10);
            s11 = x.fma(w, s11);
            s12 = x.fma(w, s12);
            s13 = x.fma(w, s13);
            s14 = x.fma(w, s14);
            s15 = x.fma(w, s15);
            s16 = x.fma(w, s16);
            s17 = x.fma(w, s17);
            s18 = x.fma(w, s18);
            s19 = x.fma(w, s19);
            s20 = x.fma(w, s20);
            s21 = x.fma(w, s21);
            s22 = x.fma(w, s22);
            s23 = x.fma(w, s23);
        }
        return s00.add(s01)
                .add(s02)
                .add(s03)
                .add(s04)
                .add(s05)
                .add(s06)
                .add(s07)
                .add(s08)
                .add(s09)
                .add(s10)
                .add(s11)
                .add(s12)
                .add(s13)
                .add(s14)
                .add(s15)
                .add(s16)
                .add(s17)
                .add(s18)
                .add(s19)
                .add(s20)
                .add(s21)
                .add(s22)
                .add(s23)
                .reduceLanes(VectorOperators.ADD);
    }
}
