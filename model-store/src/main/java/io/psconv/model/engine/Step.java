package io.psconv.model.engine;

import io.psconv.model.convolution.LoopPlan;
import io.psconv.model.convolution.SparseConvolution;

/**
 * One layer of a planned network.
 *
 * <p>A step is a sequence of phases. The parts of a phase may run on different threads at the same
 * time; a phase starts when all parts of the one before have ended. Some make their output in bands
 * of rows, as {@link SparseConvolution} says.
 */
interface Step {
    int phases();

    /** Bands of as many phases each. */
    default int bands() {
        return 1;
    }

    void run(int phase, int part, int parts);

    /** How the step runs, for people. */
    LoopPlan plan();
}
