package io.psconv.operator.camera;

import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes one answer of those to several frames of a camera, in order of capture. */
public sealed interface AnswerSmoothing extends Serializable
        permits MajoritySmoothing, ExponentialSmoothing {
    /** Whether it needs the probabilities of all classes and not the label alone. */
    boolean needsScores();

    /** The answer with one frame more. */
    SmoothedAnswer next(SmoothedAnswer before, Observation frame);

    /** How much speaks for the label of an answer, above 0 and at most 1. */
    double support(SmoothedAnswer answer, String label);

    /** Capture time of the first frame that spoke for the label of an answer. */
    long since(SmoothedAnswer answer, String label, Observation frame);

    /** What a frame changed, or null if the label is the same. */
    default @Nullable LabelChange change(
            SmoothedAnswer before, SmoothedAnswer after, Observation frame) {
        String label = after.label();
        if (label == null || Objects.equals(before.label(), label)) {
            return null;
        }
        return new LabelChange(
                before.label(), label, since(after, label, frame), support(after, label));
    }
}
