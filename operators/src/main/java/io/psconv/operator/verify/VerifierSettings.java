package io.psconv.operator.verify;

import java.io.Serializable;

/**
 * What the verifier is told when the job is built.
 *
 * @param store folder of the model store, readable where the verifier runs
 * @param engine {@code auto} or an engine's name, the one that shall serve
 * @param convolution {@code auto}, {@code vector} or {@code scalar}
 * @param requireVector whether a JVM without the Vector API fails at start
 * @param maxBatchSize frames that the job classifies together at most
 * @param maxBufferBytes decoded frames that a subtask of the job may hold
 * @param leadMillis least time between a decision and its effect
 */
public record VerifierSettings(
        String store,
        String engine,
        String convolution,
        boolean requireVector,
        int maxBatchSize,
        long maxBufferBytes,
        long leadMillis)
        implements Serializable {}
