package io.psconv.operator.classify;

import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.ModelDecision;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the classify operator is told when the job is built.
 *
 * @param store folder of the model store, readable on every task manager
 * @param firstModel model that serves a fresh start; a restored job goes on with its own
 * @param followsDecisions whether frames wait for what is decided; otherwise nothing ever is
 * @param engine {@code auto} or an engine's name
 * @param convolution {@code auto}, {@code vector} or {@code scalar}
 * @param requireVector whether a JVM without the Vector API fails at start
 * @param maxBatchSize frames that are classified together at most, 1 to 1024
 * @param maxBatchDelay how long a frame may wait for others; zero for not at all
 * @param maxBufferBytes frames that a subtask may hold
 * @param deadline how long after its capture a frame is to be classified, or null for none
 * @param dropLate whether frames past their deadline are rejected instead of classified
 * @param topK classes that a classification lists
 * @param confidenceThreshold probability below which a frame is {@code unknown}, 0 to 1
 * @param maxClockAhead how far a capture time may be ahead of this machine's clock
 * @param decodeLimits what is refused before decoding
 * @param crop part of every frame that is classified, or null for all
 * @param maxRejectedPayloadBytes largest original that a rejected frame carries
 * @param node meters and energy of the task manager
 */
public record ClassifySettings(
        String store,
        ModelDecision firstModel,
        boolean followsDecisions,
        String engine,
        String convolution,
        boolean requireVector,
        int maxBatchSize,
        Duration maxBatchDelay,
        long maxBufferBytes,
        @Nullable Duration deadline,
        boolean dropLate,
        int topK,
        float confidenceThreshold,
        Duration maxClockAhead,
        DecodeLimits decodeLimits,
        @Nullable Crop crop,
        int maxRejectedPayloadBytes,
        NodeSettings node)
        implements Serializable {}
