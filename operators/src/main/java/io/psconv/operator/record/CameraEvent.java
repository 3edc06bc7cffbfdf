package io.psconv.operator.record;

/**
 * Something that became of a camera.
 *
 * @param camera which camera
 * @param kind what became of it
 * @param timestampMillis milliseconds since 1970 UTC: the capture time of {@code frame}, or, of a
 *     kind that {@linkplain CameraEventKind#byWallClock goes by the wall clock}, the machine's time
 * @param frame the frame that caused it; of a camera that fell silent, the last one that arrived
 * @param details what belongs to the kind
 */
public record CameraEvent(
        String camera,
        CameraEventKind kind,
        long timestampMillis,
        FrameId frame,
        CameraEventDetails details) {
    public CameraEvent {
        if (!kind.details().isInstance(details)) {
            throw new IllegalArgumentException(
                    "details of "
                            + kind
                            + " were '"
                            + details
                            + "' but they must be of "
                            + kind.details().getSimpleName());
        }
    }
}
