package io.psconv.operator.energy;

import io.psconv.operator.record.FrameEnergy;
import org.jspecify.annotations.Nullable;

/**
 * What a subtask asks for the energy of its frames: {@link #busy} and then {@link #charge} after
 * each batch. Thread-safe, and neither call waits for a counter.
 */
public interface FrameEnergyMeter {
    /** Short name of where the figures come from, as records and meter tags carry it. */
    String source();

    /** Says that a thread, or a device, was busy with frames for so long. */
    void busy(long nanos);

    /**
     * The equal share of each frame of a batch.
     *
     * @param batchBusyNanos busy time of the whole batch
     * @return null where nothing is known: no source, no window closed yet, or the counter lost
     * @throws IllegalArgumentException if {@code batchSize} is not positive
     */
    @Nullable FrameEnergy charge(long batchBusyNanos, int batchSize);

    /**
     * The meter for a chosen source. Measured and modelled figures never take turns: a ledger whose
     * counter is lost goes on giving null.
     *
     * @param ledger the process's running ledger, or null where it has no counter
     * @param modelled the served model's figures
     * @throws IllegalStateException if the source is {@code rapl} and there is no ledger
     */
    static FrameEnergyMeter of(
            EnergySource source, @Nullable EnergyLedger ledger, ModelledEnergy modelled) {
        return switch (source) {
            case AUTO -> ledger == null ? modelled : ledger;
            case RAPL -> {
                if (ledger == null) {
                    throw new IllegalStateException(
                            "energy.source was 'rapl' but no energy ledger runs; start one first");
                }
                yield ledger;
            }
            case MODELLED -> modelled;
            case NONE -> NoFrameEnergy.INSTANCE;
        };
    }

    /** Refuses a batch without frames. */
    static void requireBatchSize(int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "batchSize was " + batchSize + " but it must be 1 or more");
        }
    }
}
