package io.psconv.job.options;

import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.record.Crop;
import org.jspecify.annotations.Nullable;

/**
 * Which payloads become input of the network.
 *
 * @param limits pixels an image may declare and bytes a frame may have
 * @param crop part of each frame that is classified, or null for all of it
 * @param maxRejectedPayloadBytes bytes up to which a rejected frame's original is kept
 */
public record DecodeOptions(
        DecodeLimits limits, @Nullable Crop crop, int maxRejectedPayloadBytes) {}
