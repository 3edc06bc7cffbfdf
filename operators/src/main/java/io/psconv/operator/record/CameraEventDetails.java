package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/** What an event of a camera says beside its kind. */
public sealed interface CameraEventDetails {
    /**
     * That the smoothed answer changed.
     *
     * @param from the answer until then, or null if it is the camera's first
     * @param to the answer from then on
     * @param sinceMillis capture time of the first frame that spoke for it
     * @param support how much speaks for it, above 0 and at most 1: the share of the last frames
     *     with that label, or its smoothed probability
     */
    record LabelChange(@Nullable String from, String to, long sinceMillis, double support)
            implements CameraEventDetails {}

    /**
     * How long nothing arrived, by the machine's clock.
     *
     * @param lastSeenMillis when the last frame before the silence arrived
     * @param silentMillis how long nothing has come since
     */
    record Silence(long lastSeenMillis, long silentMillis) implements CameraEventDetails {}

    /**
     * A picture that came repeatedly.
     *
     * @param imageHash of the network's input
     * @param frames how often it came
     * @param sinceMillis capture time of its first frame
     */
    record Stillness(long imageHash, int frames, long sinceMillis) implements CameraEventDetails {}

    /**
     * How sure a model is of its answers to a camera, beside how sure it was.
     *
     * @param model the model
     * @param baselineMean mean probability of the best class when it began to answer
     * @param recentMean mean probability of the best class now
     * @param standardErrors the difference of the two, now less then, in standard errors of it
     */
    record ConfidenceShift(
            ModelReference model, double baselineMean, double recentMean, double standardErrors)
            implements CameraEventDetails {}

    /**
     * How late a frame came.
     *
     * @param behindMillis how far its capture time is behind the newest one of its camera
     * @param frames late frames in a row, this one included
     */
    record Lateness(long behindMillis, int frames) implements CameraEventDetails {}
}
