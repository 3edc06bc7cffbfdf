package io.psconv.operator.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A camera's answer over several frames.
 *
 * @param label the answer, or null if there is none yet
 * @param votes labels of the last frames, oldest first; empty where probabilities are smoothed
 * @param scores smoothed probabilities; empty where labels are smoothed
 */
public record SmoothedAnswer(@Nullable String label, List<Vote> votes, List<ClassScore> scores) {
    /** Of a camera that no frame was classified of. */
    public static final SmoothedAnswer NONE = new SmoothedAnswer(null, List.of(), List.of());

    public SmoothedAnswer {
        votes = List.copyOf(votes);
        scores = List.copyOf(scores);
    }

    /**
     * One frame's label.
     *
     * @param label the label
     * @param timestampMillis the frame's capture time
     */
    public record Vote(String label, long timestampMillis) {}
}
