package io.psconv.model.training;

import java.time.Duration;

/**
 * How long a network is trained: over a number of epochs, or until a time is over.
 *
 * @param epochs times that each image is seen; 0 where {@code time} decides
 * @param time on the wall clock, evaluations included; zero where {@code epochs} decide
 */
public record TrainingLength(int epochs, Duration time) {
    private static final int MAX_EPOCHS = 1_000_000;
    private static final Duration MAX_TIME = Duration.ofDays(365);

    public TrainingLength {
        boolean byEpochs = epochs >= 1 && epochs <= MAX_EPOCHS && time.isZero();
        boolean byTime =
                epochs == 0 && time.compareTo(Duration.ZERO) > 0 && time.compareTo(MAX_TIME) <= 0;
        if (!byEpochs && !byTime) {
            throw new IllegalArgumentException(
                    "length of the training was '"
                            + epochs
                            + "' epochs and time '"
                            + time
                            + "' but it must be either 1 to "
                            + MAX_EPOCHS
                            + " epochs or a time above 0, at most 365 days");
        }
    }

    public static TrainingLength ofEpochs(int epochs) {
        return new TrainingLength(epochs, Duration.ZERO);
    }

    public static TrainingLength ofTime(Duration time) {
        return new TrainingLength(0, time);
    }

    /** Whether the clock decides. */
    public boolean isTimed() {
        return epochs == 0;
    }

    /** Seconds on the wall clock; 0 where epochs decide. */
    public double seconds() {
        return time.toNanos() / 1e9;
    }

    @Override
    public String toString() {
        return isTimed() ? time.toString() : epochs + (epochs == 1 ? " epoch" : " epochs");
    }
}
