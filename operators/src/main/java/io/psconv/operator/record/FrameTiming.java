package io.psconv.operator.record;

/**
 * Where a frame's time went inside the classify operator.
 *
 * @param queueNanos from arrival at the operator to the start of its batch
 * @param decodeNanos decoding of this frame
 * @param inferenceNanos the network, for the whole batch
 * @param batchSize frames of that batch
 */
public record FrameTiming(long queueNanos, long decodeNanos, long inferenceNanos, int batchSize) {}
