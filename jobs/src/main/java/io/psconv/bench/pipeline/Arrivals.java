package io.psconv.bench.pipeline;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** How frames arrive: fixed before the first one is sent, whatever the system does. */
public enum Arrivals {
    /** One after the other at equal distances. */
    CONSTANT {
        @Override
        double[] gaps(int count, Random random) {
            double[] gaps = new double[count];
            Arrays.fill(gaps, 1);
            return gaps;
        }
    },

    /** At distances drawn from an exponential distribution: cameras that know nothing of others. */
    POISSON {
        @Override
        double[] gaps(int count, Random random) {
            double[] gaps = new double[count];
            for (int frame = 0; frame < count; frame++) {
                gaps[frame] = -Math.log(1 - random.nextDouble());
            }
            return gaps;
        }
    },

    /** A hundred frames at ten times the rate, then none until the mean rate is kept. */
    BURST {
        @Override
        double[] gaps(int count, Random random) {
            double[] gaps = new double[count];
            for (int frame = 0; frame < count; frame++) {
                gaps[frame] =
                        frame % BURST_FRAMES == 0 && frame > 0 ? BURST_FRAMES * 0.9 + 0.1 : 0.1;
            }
            return gaps;
        }
    };

    private static final int BURST_FRAMES = 100;

    /** Distances in front of frames, in units of the mean distance. */
    abstract double[] gaps(int count, Random random);

    /**
     * When frames are due.
     *
     * @param framesPerSecond on average, above 0
     * @param length of the schedule; frames are as many as the mean rate gives for it
     * @param seed of what is drawn
     * @return nanoseconds from the start, ascending; the first is 0
     */
    public long[] schedule(double framesPerSecond, Duration length, long seed) {
        if (!(framesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "rate was '" + framesPerSecond + "' but it must be above 0 frames/s");
        }
        int count = (int) Math.max(1, Math.round(length.toNanos() / 1e9 * framesPerSecond));
        double[] gaps = gaps(count, new Random(seed));
        long[] due = new long[count];
        double at = 0;
        for (int frame = 1; frame < count; frame++) {
            at += gaps[frame];
            due[frame] = Math.round(at / framesPerSecond * 1e9);
        }
        return due;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
