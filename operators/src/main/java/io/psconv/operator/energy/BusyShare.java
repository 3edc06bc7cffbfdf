package io.psconv.operator.energy;

/**
 * A process's part of its host's busy time.
 *
 * @param share from 0 to 1
 * @param error how far at most the true share is from it; from 0 to 1
 */
public record BusyShare(double share, double error) {
    public BusyShare {
        requireFraction("share", share);
        requireFraction("error", error);
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    name + " was " + value + " but it must be between 0 and 1");
        }
    }
}
