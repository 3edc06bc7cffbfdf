package io.psconv.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * The machine that figures are from.
 *
 * @param cores that the run could use
 * @param memoryBytes null where unknown
 */
public record RunMachine(
        String cpu, int cores, @Nullable Long memoryBytes, String java, String os) {
    /**
     * @throws IllegalArgumentException if a text is empty or a number below 1
     */
    public RunMachine {
        Require.text("cpu", cpu);
        Require.atLeast("cores", cores, 1);
        if (memoryBytes != null) {
            Require.atLeast("memoryBytes", memoryBytes, 1);
        }
        Require.text("java", java);
        Require.text("os", os);
    }
}
