package io.psconv.model.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * How fast a core reads as much memory as a layer takes, over and over: from the innermost cache
 * that holds all of it.
 *
 * <p>Beside the {@linkplain FmaCeiling ceiling} of multiply–adds the other floor under a layer's
 * time. Needs the Vector API; thread-safe.
 */
public final class ReadBandwidth {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Sums side by side, so that none waits for the one before. */
    private static final int CHAINS = 8;

    /** A microsecond or some: called often, so that what was compiled as a whole runs. */
    private static final int CHUNK = 8 * 1024;

    /** So few that a call ends soon before the loop is compiled. */
    private static final int COMPILING = 2 * CHAINS * LANES;

    /** Takes ten times as long as any processor would, and a tenth of what the interpreter does. */
    private static final double COMPILED_NANOS = 20;

    /** A busy machine compiles late; one that knows no vector instructions never does. */
    private static final long MOST_COMPILING_NANOS = 20_000_000_000L;

    /** Of which the best counts. */
    private static final int READINGS = 4;

    /** Whatever was summed last, so that nothing is left out as unused. */
    @SuppressWarnings("UnusedVariable") // Only there to be written.
    private static volatile float sink;

    private static boolean compiled;

    private ReadBandwidth() {}

    /**
     * Measures the calling thread.
     *
     * @param bytes how many are read before the first is read again; rounded up to some kilobytes
     * @param nanos how long, in several readings; each goes through all bytes once at least, and
     *     the first call takes a second more, to have the loop compiled
     * @return 10⁹ bytes a second, of the fastest reading
     */
    public static double measure(long bytes, long nanos) {
        if (bytes < 1 || bytes / Float.BYTES > Integer.MAX_VALUE - 2L * CHUNK) {
            throw new IllegalArgumentException(
                    "bytes was '" + bytes + "' but it must be at least 1 and fit an array");
        }
        if (nanos < 1) {
            throw new IllegalArgumentException(
                    "nanos was '" + nanos + "' but it must be at least 1");
        }
        compile();
        int chunks = (int) ((bytes / Float.BYTES + CHUNK) / CHUNK);
        float[] values = new float[chunks * CHUNK];
        double best = 0;
        for (int reading = 0; reading < READINGS; reading++) {
            best = Math.max(best, read(values, chunks, nanos / READINGS));
        }
        return best;
    }

    private static double read(float[] values, int chunks, long nanos) {
        float sum = 0;
        long passes = 0;
        long start = System.nanoTime();
        long elapsed;
        do {
            for (int chunk = 0; chunk < chunks; chunk++) {
                sum += sum(values, chunk * CHUNK, CHUNK);
            }
            passes++;
            elapsed = System.nanoTime() - start;
        } while (elapsed < nanos);
        sink = sum;
        return (double) passes * chunks * CHUNK * Float.BYTES / elapsed;
    }

    /** Calls the loop until it is compiled for good. */
    private static synchronized void compile() {
        if (compiled) {
            return;
        }
        float[] values = new float[COMPILING];
        float sum = 0;
        long start = System.nanoTime();
        long begun;
        long ended;
        do {
            begun = System.nanoTime();
            sum += sum(values, 0, COMPILING);
            ended = System.nanoTime();
        } while (ended - begun > COMPILED_NANOS * COMPILING / LANES
                && ended - start < MOST_COMPILING_NANOS);
        sink = sum;
        compiled = true;
    }

    private static float sum(float[] values, int start, int length) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        FloatVector s4 = FloatVector.zero(SPECIES);
        FloatVector s5 = FloatVector.zero(SPECIES);
        FloatVector s6 = FloatVector.zero(SPECIES);
        FloatVector s7 = FloatVector.zero(SPECIES);
        for (int index = start; index < start + length; index += CHAINS * LANES) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, values, index));
            s1 = s1.add(FloatVector.fromArray(SPECIES, values, index + LANES));
            s2 = s2.add(FloatVector.fromArray(SPECIES, values, index + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(SPECIES, values, index + 3 * LANES));
            s4 = s4.add(FloatVector.fromArray(SPECIES, values, index + 4 * LANES));
            s5 = s5.add(FloatVector.fromArray(SPECIES, values, index + 5 * LANES));
            s6 = s6.add(FloatVector.fromArray(SPECIES, values, index + 6 * LANES));
            s7 = s7.add(FloatVector.fromArray(SPECIES, values, index + 7 * LANES));
        }
        return s0.add(s1)
                .add(s2)
                .add(s3)
                .add(s4)
                .add(s5)
                .add(s6)
                .add(s7)
                .reduceLanes(VectorOperators.ADD);
    }
}
