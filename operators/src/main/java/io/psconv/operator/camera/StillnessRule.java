package io.psconv.operator.camera;

import io.psconv.operator.record.CameraEventDetails.Stillness;
import io.psconv.operator.record.CameraPicture;
import io.psconv.operator.record.Observation;
import java.io.Serializable;
import java.time.Duration;

/**
 * When a camera's picture is frozen: the same one so often in a row, and for so long.
 *
 * <p>Two pictures are the same if the network's input has the same hash. Noise of a sensor makes
 * pictures of a scene without motion differ.
 *
 * @param frames how often the picture came, at least 2; zero: never frozen
 * @param duration from the capture of the first to that of the last of them
 */
public record StillnessRule(int frames, Duration duration) implements Serializable {
    public StillnessRule {
        if (frames < 0 || frames == 1) {
            throw new IllegalArgumentException(
                    "camera.frozen.frames was '"
                            + frames
                            + "' but it must be at least 2, or 0 for never");
        }
    }

    /** The picture with one frame more, in order of capture. */
    CameraPicture next(CameraPicture before, Observation frame) {
        if (frames == 0) {
            return CameraPicture.UNKNOWN;
        }
        if (frame.imageHash() == 0) {
            return before;
        }
        if (frame.imageHash() != before.imageHash()) {
            return new CameraPicture(frame.imageHash(), 1, frame.timestampMillis(), false);
        }
        int count = before.frames() == Integer.MAX_VALUE ? before.frames() : before.frames() + 1;
        // Earlier than the first where the camera's clock was set back.
        long since = Math.min(before.sinceMillis(), frame.timestampMillis());
        boolean frozen = count >= frames && frame.timestampMillis() - since >= duration.toMillis();
        return new CameraPicture(frame.imageHash(), count, since, before.frozen() || frozen);
    }

    static Stillness details(CameraPicture picture) {
        return new Stillness(picture.imageHash(), picture.frames(), picture.sinceMillis());
    }
}
