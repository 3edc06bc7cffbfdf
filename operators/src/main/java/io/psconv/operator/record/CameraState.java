package io.psconv.operator.record;

import java.util.List;

/**
 * What is kept of a camera from frame to frame.
 *
 * @param presence when it was last heard of
 * @param clock how far its own time has come
 * @param answer its smoothed answer
 * @param picture how long its picture is the same
 * @param confidences how sure each model is of its answers, the one that answered last at the end
 */
public record CameraState(
        CameraPresence presence,
        CameraClock clock,
        SmoothedAnswer answer,
        CameraPicture picture,
        List<ModelConfidence> confidences) {
    public CameraState {
        confidences = List.copyOf(confidences);
    }
}
