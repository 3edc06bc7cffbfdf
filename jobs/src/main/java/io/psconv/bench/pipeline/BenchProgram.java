package io.psconv.bench.pipeline;

import java.util.List;

/**
 * A job as a cluster elsewhere starts it, from the job's jar.
 *
 * @param mainClass with the {@code main} that submits it
 * @param arguments of that, some of which may be secret
 */
record BenchProgram(String mainClass, List<String> arguments) {
    BenchProgram {
        arguments = List.copyOf(arguments);
    }

    /** Without the arguments. */
    @Override
    public String toString() {
        return "BenchProgram[" + mainClass + ", " + arguments.size() + " arguments]";
    }
}
