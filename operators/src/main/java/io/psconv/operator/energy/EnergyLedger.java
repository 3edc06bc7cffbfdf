package io.psconv.operator.energy;

/**
 * Accounts for the energy of a job's frames in this process, window by window.
 *
 * <p>Every frame counts in one window, the one that is open when it is charged, and every closed
 * window is handed on once, in order. A ledger has one source for as long as it lives: measured and
 * modelled joules never meet in one. Thread-safe.
 */
public sealed interface EnergyLedger extends WindowKeeper, AutoCloseable
        permits MeasuredLedger, ModelledLedger {
    /** Short name of where the joules come from, as records, windows and meter tags carry it. */
    String source();

    /**
     * What charges the frames of one model.
     *
     * @param model the model's figures, which a measured ledger does not need
     */
    FrameEnergyMeter meter(ModelledEnergy model);

    /** Closes the open window where that costs no precision: before a checkpoint. */
    void checkpoint();

    /** Settles, after which nothing is handed on any more; closing twice is fine. */
    @Override
    void close();
}
