package io.psconv.model.training;

import java.util.Arrays;
import java.util.Locale;

/** How the learning rate moves from the first step of a training to its last. */
public enum LearningRateSchedule {
    /**
     * Linear from a tenth of the peak to the peak in the first 23 %, then linear to 0 (after Smith,
     * arXiv 1708.07120).
     */
    ONE_CYCLE {
        @Override
        public double factor(double progress) {
            return progress < WARM_UP
                    ? FIRST + (1 - FIRST) * progress / WARM_UP
                    : (1 - progress) / (1 - WARM_UP);
        }
    },

    /**
     * A fifth after each of the milestones of the pSConv authors' scripts: epochs 40, 80, 100, 115,
     * 130 and 140 of 150, here as shares.
     */
    STEP {
        @Override
        public double factor(double progress) {
            double factor = 1;
            for (int milestone : MILESTONES) {
                factor *= progress * EPOCHS >= milestone ? 0.2 : 1;
            }
            return factor;
        }
    },

    /** The peak throughout. */
    CONSTANT {
        @Override
        public double factor(double progress) {
            return 1;
        }
    };

    private static final double WARM_UP = 0.23;
    private static final double FIRST = 0.1;
    private static final int EPOCHS = 150;
    private static final int[] MILESTONES = {40, 80, 100, 115, 130, 140};

    /**
     * Share of the peak learning rate.
     *
     * @param progress share of the training that is done, 0 to 1
     */
    public abstract double factor(double progress);

    /**
     * Finds a schedule by its name in options: {@code one-cycle}, {@code step}, {@code constant}.
     */
    public static LearningRateSchedule of(String name) {
        return Arrays.stream(values())
                .filter(schedule -> schedule.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "learning rate schedule was '"
                                                + name
                                                + "' but it must be one of "
                                                + Arrays.toString(values())));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
