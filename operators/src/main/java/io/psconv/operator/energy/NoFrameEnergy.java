package io.psconv.operator.energy;

import io.psconv.operator.record.FrameEnergy;
import org.jspecify.annotations.Nullable;

/** Charges nothing, for jobs that do not ask. */
enum NoFrameEnergy implements FrameEnergyMeter {
    INSTANCE;

    @Override
    public String source() {
        return "none";
    }

    @Override
    public @Nullable FrameEnergy charge(long batchBusyNanos, int batchSize) {
        FrameEnergyMeter.requireBatchSize(batchSize);
        return null;
    }
}
