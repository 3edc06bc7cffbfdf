package io.psconv.operator.record;

/**
 * When a camera was last heard of, by the machine's clock.
 *
 * @param lastFrame the frame that arrived last
 * @param lastSeenMillis when it arrived, milliseconds since 1970 UTC
 * @param silent whether its silence was reported
 * @param nextCheckMillis when to look again whether it is silent or gone
 */
public record CameraPresence(
        FrameId lastFrame, long lastSeenMillis, boolean silent, long nextCheckMillis) {}
