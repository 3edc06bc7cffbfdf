package io.psconv.operator.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a frame was classified as, with what it cost.
 *
 * @param frame the classified frame
 * @param camera the frame's camera
 * @param timestampMillis the frame's capture time, milliseconds since 1970 UTC
 * @param label the best class, or {@link #UNKNOWN} if its probability was below the threshold
 * @param top the best classes, best first, at least one
 * @param model which model classified it
 * @param route which way it took
 * @param imageHash of the network's input: equal for equal pictures, whatever their encoding
 * @param late whether it was classified only after its deadline
 * @param timing where the frame's time went
 * @param energy what the frame is charged with; null where nothing is known yet
 */
public record Classification(
        FrameId frame,
        String camera,
        long timestampMillis,
        String label,
        List<ClassScore> top,
        ModelIdentity model,
        RouteResult route,
        long imageHash,
        boolean late,
        FrameTiming timing,
        @Nullable FrameEnergy energy) {
    /** The label of a frame whose best class is below the confidence threshold. */
    public static final String UNKNOWN = "unknown";

    public Classification {
        top = List.copyOf(top);
        if (top.isEmpty()) {
            throw new IllegalArgumentException("top was empty but a classification has a class");
        }
    }
}
