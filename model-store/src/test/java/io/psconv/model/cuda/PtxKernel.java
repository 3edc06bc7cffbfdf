package io.psconv.model.cuda;

import java.util.List;
import java.util.Map;

/**
 * One decoded function.
 *
 * <p>Registers are rows of {@link PtxWarp#LANES} values in arrays of a warp; so are immediate
 * values, special registers and parameters, whose rows are filled before the first instruction.
 *
 * @param maxThreads threads that a block may have
 * @param parameters types in order, {@code u32}, {@code u64} or {@code f32}
 * @param parameterRows first elements of the rows of the parameters, by number; absent if unread
 * @param specialRows first elements of the rows of {@code %tid.x} and the like, by name
 * @param constantWords rows of 32-bit registers before the first instruction
 * @param constantLongs rows of 64-bit registers before the first instruction
 * @param predicates number of predicate registers
 */
record PtxKernel(
        String name,
        int maxThreads,
        List<String> parameters,
        Map<Integer, Integer> parameterRows,
        Map<String, Integer> specialRows,
        int[] constantWords,
        long[] constantLongs,
        int predicates,
        Line[] lines) {
    /** What an instruction does to the order of execution. */
    enum Kind {
        PLAIN,
        BRANCH,
        RETURN,
        BARRIER
    }

    /**
     * One instruction.
     *
     * @param guard number of the predicate register, or -1
     * @param negated whether lanes execute it whose predicate is false
     * @param target line that a branch goes to
     * @param together whether all lanes of a warp must execute it at once
     */
    record Line(
            String text,
            Kind kind,
            int guard,
            boolean negated,
            int target,
            boolean together,
            PtxInstruction instruction) {}
}
