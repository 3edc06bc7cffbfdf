package io.psconv.operator.energy;

import io.psconv.operator.record.FrameEnergy;
import org.jspecify.annotations.Nullable;

/**
 * What a subtask asks, once after each batch, for the energy of its frames. Thread-safe, and a
 * charge never waits for a counter.
 */
public interface FrameEnergyMeter {
    /** Short name of where the figures come from, as records and meter tags carry it. */
    String source();

    /**
     * Counts a batch in the open window, and says what each frame of it is charged with.
     *
     * @param batchBusyNanos how long a thread, or a device, was busy with the whole batch
     * @return the equal share of each frame; null where nothing is known: no source, no window with
     *     a rate closed yet, or the counter lost
     * @throws IllegalArgumentException if {@code batchSize} is not positive
     */
    @Nullable FrameEnergy charge(long batchBusyNanos, int batchSize);

    /** Whether busy time is that of a device, not of threads: {@link EnergyMeter#isOfDevices}. */
    default boolean countsDeviceTime() {
        return false;
    }

    /** What charges nothing, for jobs that do not ask. */
    static FrameEnergyMeter none() {
        return NoFrameEnergy.INSTANCE;
    }

    /**
     * A frame's equal share of its batch's busy time, rounded up, so that the shares of a window
     * add up to its busy time without a rest.
     */
    static long frameNanos(long batchBusyNanos, int batchSize) {
        requireBatchSize(batchSize);
        return -Math.floorDiv(-batchBusyNanos, batchSize);
    }

    /** Refuses a batch without frames. */
    static void requireBatchSize(int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "batchSize was " + batchSize + " but it must be 1 or more");
        }
    }
}
