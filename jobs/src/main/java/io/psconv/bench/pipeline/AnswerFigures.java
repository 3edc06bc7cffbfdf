package io.psconv.bench.pipeline;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.kafka.ClassificationFormat;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sums over classifications, to be added up over loads and rounds.
 *
 * @param frames answered
 * @param right answered with the right label
 * @param batches that they were classified in
 * @param largestBatch frames of the largest of these
 * @param charged frames that are charged with energy
 * @param joules of these
 * @param energySource where the joules come from; null if none do, {@code mixed} if not one source
 */
record AnswerFigures(
        long frames,
        long right,
        double batches,
        int largestBatch,
        long charged,
        double joules,
        @Nullable String energySource) {
    private static final String MIXED = "mixed";
    private static final AnswerFigures NONE = new AnswerFigures(0, 0, 0, 0, 0, 0, null);

    /** Answers of which nothing is known but their number. */
    static AnswerFigures counting(long frames) {
        return new AnswerFigures(frames, 0, 0, 0, 0, 0, null);
    }

    /** Whether answers said whether they are right, and in which batches they were made. */
    boolean isKnown() {
        return batches > 0;
    }

    /** Works out the figures of some loads. */
    static AnswerFigures of(List<CellRun.Answers> loads, IntFunction<String> labels) {
        return loads.stream()
                .flatMap(load -> of(load, labels).stream())
                .reduce(NONE, AnswerFigures::plus);
    }

    private static List<AnswerFigures> of(CellRun.Answers load, IntFunction<String> labels) {
        Map<String, Integer> numbers =
                load.sent().entrySet().stream()
                        .collect(
                                Collectors.toMap(sent -> text(sent.getKey()), Map.Entry::getValue));
        return load.classified().stream()
                .map(seen -> of(seen, labels.apply(number(numbers, seen))))
                .toList();
    }

    private static String text(FrameId frame) {
        return frame.toString();
    }

    private static int number(Map<String, Integer> numbers, Seen seen) {
        return Objects.requireNonNull(numbers.get(seen.frame()), seen.frame());
    }

    private static AnswerFigures of(Seen seen, String label) {
        Classification made =
                ClassificationFormat.read(Objects.requireNonNull(seen.value(), "value"));
        int batch = made.timing().batchSize();
        FrameEnergy energy = made.energy();
        return new AnswerFigures(
                1,
                made.label().equals(label) ? 1 : 0,
                1.0 / batch,
                batch,
                energy == null ? 0 : 1,
                energy == null ? 0 : energy.joules(),
                energy == null ? null : energy.source());
    }

    AnswerFigures plus(AnswerFigures more) {
        return new AnswerFigures(
                frames + more.frames,
                right + more.right,
                batches + more.batches,
                Math.max(largestBatch, more.largestBatch),
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
