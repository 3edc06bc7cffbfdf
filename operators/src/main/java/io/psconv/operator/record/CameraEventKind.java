package io.psconv.operator.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What may become of a camera. The names are part of the record format. */
public enum CameraEventKind {
    /** The smoothed answer is another one, or the first one. */
    LABEL_CHANGED(CameraEventDetails.LabelChange.class),
    /** Nothing has arrived for so long. */
    CAMERA_SILENT(CameraEventDetails.Silence.class),
    /** A silent camera sends again. */
    CAMERA_BACK(CameraEventDetails.Silence.class),
    /** Nothing has arrived for so long that nothing is kept of the camera any more. */
    CAMERA_FORGOTTEN(CameraEventDetails.Silence.class),
    /** The same picture came again and again. */
    CAMERA_FROZEN(CameraEventDetails.Stillness.class),
    /** A frozen camera sends another picture. */
    CAMERA_MOVING(CameraEventDetails.Stillness.class),
    /** A model is surer or less sure of its answers than it used to be. */
    CONFIDENCE_DRIFT(CameraEventDetails.ConfidenceShift.class),
    /** A model is as sure of its answers again as it used to be. */
    CONFIDENCE_RECOVERED(CameraEventDetails.ConfidenceShift.class),
    /** A frame came so far out of order that the camera's state does not count it. */
    FRAME_LATE(CameraEventDetails.Lateness.class),
    /** So many frames in a row were late that the camera's clock must have been set back. */
    CLOCK_SET_BACK(CameraEventDetails.Lateness.class);

    private final Class<? extends CameraEventDetails> details;

    CameraEventKind(Class<? extends CameraEventDetails> details) {
        this.details = details;
    }

    /** The form of an event's details. */
    public Class<? extends CameraEventDetails> details() {
        return details;
    }

    /** Whether the machine's clock says when it happened, so that a replay may differ. */
    public boolean byWallClock() {
        return details == CameraEventDetails.Silence.class;
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is none of the kinds
     */
    public static CameraEventKind parse(String text) {
        for (CameraEventKind kind : values()) {
            if (kind.toString().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "kind was '"
                        + text
                        + "' but it must be one of "
                        + Arrays.stream(values())
                                .map(CameraEventKind::toString)
                                .collect(Collectors.joining(", ")));
    }

    /** As records have it, for example {@code label-changed}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
