package io.psconv.operator.camera;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import java.util.List;

/** Frames as the rules see them, of which a test states what it is about. */
final class Observations {
    static final ModelReference MODEL = new ModelReference("resnet20-dense", 1, "0f".repeat(32));

    private Observations() {}

    static Observation labelled(long offset, long timestampMillis, String label) {
        return observation(offset, timestampMillis, label, List.of(), 0.5f, 0);
    }

    static Observation scored(long offset, List<ClassScore> scores) {
        return observation(offset, offset, scores.get(0).label(), scores, 0.5f, 0);
    }

    static Observation pictured(long offset, long timestampMillis, long imageHash) {
        return observation(offset, timestampMillis, "cat", List.of(), 0.5f, imageHash);
    }

    static Observation of(long offset, long timestampMillis, float confidence) {
        return observation(offset, timestampMillis, "cat", List.of(), confidence, 0);
    }

    static Observation observation(
            long offset,
            long timestampMillis,
            String label,
            List<ClassScore> scores,
            float confidence,
            long imageHash) {
        return new Observation(
                frame(offset), timestampMillis, label, scores, confidence, imageHash, MODEL);
    }

    static FrameId frame(long offset) {
        return new FrameId("frames", 0, offset);
    }

    static Classification classification(
            String camera, long offset, long timestampMillis, String label, long imageHash) {
        return new Classification(
                frame(offset),
                camera,
                timestampMillis,
                label,
                List.of(new ClassScore(label, 0.75f), new ClassScore("other", 0.25f)),
                new ModelIdentity(MODEL.name(), MODEL.version(), MODEL.digest(), "dense", "jvm"),
                RouteResult.of(ModelDecision.DEFAULT_ROUTE, RoutePlan.SINGLE_ARM),
                imageHash,
                false,
                new FrameTiming(1, 2, 3, 4),
                null);
    }
}
