package io.psconv.bench.report;

/**
 * What answers say of a frame's time in the classify operator, in microseconds by the clock.
 *
 * @param queue the wait for a batch
 * @param decode decoding
 * @param inference the network's time for a batch, shared by its frames
 */
public record AnswerMicros(double queue, double decode, double inference) {
    /**
     * @throws IllegalArgumentException if one is negative or not finite
     */
    public AnswerMicros {
        Require.atLeast("queue", queue, 0);
        Require.atLeast("decode", decode, 0);
        Require.atLeast("inference", inference, 0);
    }
}
