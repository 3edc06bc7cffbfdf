package io.psconv.model.engine;

import io.psconv.model.convolution.LoopPlan;

/**
 * One layer of a planned network.
 *
 * <p>A step is a sequence of phases. The parts of a phase may run on different threads at the same
 * time; a phase starts when all parts of the one before have ended.
 */
interface Step {
    int phases();

    void run(int phase, int part, int parts);

    /** How the step runs, for people. */
    LoopPlan plan();
}
