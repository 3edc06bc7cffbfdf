package io.psconv.bench.chaos;

import io.psconv.job.kafka.ClassificationJson;
import io.psconv.job.kafka.RejectedFrameJson;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one committed result says of a frame.
 *
 * @param partition of the result's topic in which it stands
 * @param frame the frame it is about
 * @param camera the frame's camera
 * @param timestampMillis the frame's capture time
 * @param reason why the frame was rejected; null if it was classified
 * @param model what classified it; null if it was rejected
 * @param top the best classes; empty if it was rejected
 */
record Answer(
        int partition,
        FrameId frame,
        String camera,
        long timestampMillis,
        @Nullable RejectionReason reason,
        @Nullable ServedModel model,
        List<ClassScore> top) {

    static Answer ofClassification(int partition, byte[] json) {
        Classification made = ClassificationJson.read(json);
        return new Answer(
                partition,
                made.frame(),
                made.camera(),
                made.timestampMillis(),
                null,
                new ServedModel(made.model().name(), made.model().version(), made.model().digest()),
                made.top());
    }

    static Answer ofRejection(int partition, byte[] json) {
        RejectedFrame rejected = RejectedFrameJson.read(json);
        return new Answer(
                partition,
                rejected.frame(),
                rejected.camera(),
                rejected.timestampMillis(),
                rejected.reason(),
                null,
                List.of());
    }

    boolean isClassified() {
        return model != null;
    }
}
