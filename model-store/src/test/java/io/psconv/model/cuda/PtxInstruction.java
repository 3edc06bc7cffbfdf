package io.psconv.model.cuda;

/** What an instruction does to the lanes of a warp whose bits are set in {@code lanes}. */
@FunctionalInterface
interface PtxInstruction {
    void run(PtxWarp warp, int lanes);
}
