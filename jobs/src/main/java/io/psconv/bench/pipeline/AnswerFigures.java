package io.psconv.bench.pipeline;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.kafka.ClassificationFormat;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sums over classifications, to be added up over loads and rounds.
 *
 * @param frames answered
 * @param batches that they were classified in
 * @param largestBatch frames of the largest of these
 * @param queueMicros that the frames waited for their batch, by the job's clock
 * @param decodeMicros that they were decoded in
 * @param inferenceMicros that their batches were in the network, each shared by its frames
 * @param charged frames that are charged with energy
 * @param joules of these
 * @param energySource where the joules come from; null if none do, {@code mixed} if not one source
 */
record AnswerFigures(
        long frames,
        double batches,
        int largestBatch,
        double queueMicros,
        double decodeMicros,
        double inferenceMicros,
        long charged,
        double joules,
        @Nullable String energySource) {
    private static final String MIXED = "mixed";
    private static final AnswerFigures NONE = counting(0);

    /** Answers of which nothing is known but their number. */
    static AnswerFigures counting(long frames) {
        return new AnswerFigures(frames, 0, 0, 0, 0, 0, 0, 0, null);
    }

    /** Whether answers said in which batches they were made, and how long that took. */
    boolean isKnown() {
        return batches > 0;
    }

    /** Works out the figures of some loads. */
    static AnswerFigures of(List<CellRun.Answers> loads) {
        return loads.stream()
                .flatMap(load -> load.classified().stream())
                .map(AnswerFigures::of)
                .reduce(NONE, AnswerFigures::plus);
    }

    /** What an answer says whose value was kept. */
    static Classification classification(Seen seen) {
        return ClassificationFormat.read(Objects.requireNonNull(seen.value(), "value"));
    }

    private static AnswerFigures of(Seen seen) {
        Classification made = classification(seen);
        int batch = made.timing().batchSize();
        FrameEnergy energy = made.energy();
        return new AnswerFigures(
                1,
                1.0 / batch,
                batch,
                made.timing().queueNanos() / 1e3,
                made.timing().decodeNanos() / 1e3,
                made.timing().inferenceNanos() / 1e3 / batch,
                energy == null ? 0 : 1,
                energy == null ? 0 : energy.joules(),
                energy == null ? null : energy.source());
    }

    AnswerFigures plus(AnswerFigures more) {
        return new AnswerFigures(
                frames + more.frames,
                batches + more.batches,
                Math.max(largestBatch, more.largestBatch),
                queueMicros + more.queueMicros,
                decodeMicros + more.decodeMicros,
                inferenceMicros + more.inferenceMicros,
                charged + more.charged,
                joules + more.joules,
                both(energySource, more.energySource));
    }

    private static @Nullable String both(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.equals(other) ? one : MIXED;
    }
}
