package io.psconv.operator.node;

import io.psconv.operator.energy.EnergyLedger;

/**
 * A job's ledger and what ends it.
 *
 * @param ledger accounts for the job's frames
 * @param end hands the last window on; to be run once
 */
record JobEnergy(EnergyLedger ledger, Runnable end) {}
