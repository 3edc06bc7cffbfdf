package io.psconv.bench.pipeline;

import io.psconv.bench.engine.Spread;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a cell was measured to do, over all rounds.
 *
 * @param framesPerSecond highest sustained throughput; null if no load was sustained in any round
 * @param cpuMicros processor time of a frame by its part, medians of the rounds, in microseconds;
 *     without the parts that could not be measured
 * @param latencyLoad frames a second at which latencies were taken
 * @param visible from schedule to visible for read_committed, milliseconds, all rounds together
 * @param classified from schedule to written; null where that is when they are visible
 * @param judged how many labelled records were answered rightly, the same ones in every cell; null
 *     if none were judged
 * @param checkpoints null of a job without any
 * @param drained frames a second of an overloaded job
 * @param bursts null if there was no such load
 */
record CellResult(
        Cell cell,
        @Nullable Spread framesPerSecond,
        Map<String, Double> cpuMicros,
        double latencyLoad,
        @Nullable Histogram visible,
        @Nullable Histogram classified,
        AnswerFigures answers,
        @Nullable Judgement judged,
        @Nullable CheckpointTimes checkpoints,
        Spread drained,
        @Nullable BurstFigures bursts,
        List<LoadPoint> points) {
    static final String NETWORK = "network";
    static final String DECODE = "decode";
    static final String KAFKA = "kafka";
    static final String OTHER = "other";
    static final String TOTAL = "total";
    static final String COMPILERS = "compilers";
    static final String JOB_MANAGER = "jobManager";
    static final String BROKER = "broker";
    static final String GENERATOR = "generator";

    private static final Map<String, Function<Usage, @Nullable Double>> PARTS = parts();

    private static Map<String, Function<Usage, @Nullable Double>> parts() {
        Map<String, Function<Usage, @Nullable Double>> parts = new LinkedHashMap<>();
        parts.put(NETWORK, Usage::network);
        parts.put(DECODE, Usage::decode);
        parts.put(KAFKA, Usage::kafka);
        parts.put(OTHER, Usage::other);
        parts.put(TOTAL, Usage::taskManager);
        parts.put(COMPILERS, Usage::compilers);
        parts.put(JOB_MANAGER, Usage::jobManager);
        parts.put(BROKER, Usage::broker);
        parts.put(GENERATOR, Usage::generator);
        return parts;
    }

    /** Of one round or more. */
    static CellResult of(Cell cell, List<CellRound> rounds) {
        List<LoadPoint> best =
                rounds.stream().map(CellRound::best).filter(Objects::nonNull).toList();
        List<LoadPoint> latency =
                rounds.stream().map(CellRound::latency).filter(Objects::nonNull).toList();
        return new CellResult(
                cell,
                best.isEmpty()
                        ? null
                        : Spread.of(
                                best.stream().map(one -> one.usage().framesPerSecond()).toList()),
                cpuMicros(best),
                latency.isEmpty() ? 0 : latency.get(latency.size() - 1).offered(),
                together(latency, LoadPoint::visible),
                together(latency, LoadPoint::classified),
                rounds.stream().map(CellRound::answers).reduce(AnswerFigures::plus).orElseThrow(),
                rounds.stream()
                        .map(CellRound::judged)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                checkpoints(rounds),
                Spread.of(rounds.stream().map(CellRound::drained).toList()),
                BurstFigures.together(
                        rounds.stream().map(CellRound::bursts).filter(Objects::nonNull).toList()),
                rounds.stream()
                        .flatMap(round -> round.points().stream())
                        .sorted(Comparator.comparingDouble(LoadPoint::offered))
                        .toList());
    }

    private static Map<String, Double> cpuMicros(List<LoadPoint> points) {
        Map<String, Double> micros = new LinkedHashMap<>();
        PARTS.forEach(
                (name, part) -> {
                    List<Double> known =
                            points.stream()
                                    .map(LoadPoint::usage)
                                    .map(usage -> usage.microsPerFrame(part.apply(usage)))
                                    .filter(Objects::nonNull)
                                    .toList();
                    if (!known.isEmpty()) {
                        micros.put(name, Spread.of(known).median());
                    }
                });
        return micros;
    }

    private static @Nullable Histogram together(
            List<LoadPoint> points, Function<LoadPoint, @Nullable Histogram> latency) {
        List<Histogram> known = points.stream().map(latency).filter(Objects::nonNull).toList();
        if (known.isEmpty()) {
            return null;
        }
        Histogram all = new Histogram(LoadPoint.DIGITS);
        known.forEach(all::add);
        return all;
    }

    private static @Nullable CheckpointTimes checkpoints(List<CellRound> rounds) {
        List<CheckpointTimes> times =
                rounds.stream().map(CellRound::checkpoints).filter(Objects::nonNull).toList();
        return times.isEmpty()
                ? null
                : new CheckpointTimes(
                        Spread.of(times.stream().map(CheckpointTimes::p50).toList()).median(),
                        Spread.of(times.stream().map(CheckpointTimes::max).toList()).max());
    }

    /** Processor time of a frame beyond its network, in microseconds; null if not known. */
    @Nullable Double beyondNetwork() {
        Double total = cpuMicros.get(TOTAL);
        Double network = cpuMicros.get(NETWORK);
        return total == null || network == null ? null : total - network;
    }
}
