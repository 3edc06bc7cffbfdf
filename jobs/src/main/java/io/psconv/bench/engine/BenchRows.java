package io.psconv.bench.engine;

import io.psconv.bench.engine.BenchReport.Row;
import io.psconv.bench.engine.Contestant.Measurement;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out the rows of one network from what its candidates measured. */
final class BenchRows {
    private BenchRows() {}

    /**
     * Works them out.
     *
     * @param candidates those that no round has measured yet are left out
     * @param ceilings 10⁹ operations a second by round, of each number of threads
     */
    static List<Row> of(
            BenchNetwork network,
            List<Measurement> candidates,
            Map<Integer, List<Double>> ceilings) {
        List<Measurement> measured =
                candidates.stream().filter(each -> !each.imagesPerSecond().isEmpty()).toList();
        Map<Subject, Measurement> best = best(measured);
        List<Row> rows = new ArrayList<>();
        for (Measurement candidate : measured) {
            Subject subject = candidate.what().subject();
            NetworkCost cost = NetworkCost.of(network.network(), subject.variant());
            NetworkCost dense = NetworkCost.of(network.network(), Variant.DENSE);
            rows.add(
                    new Row(
                            subject.engine(),
                            subject.precision(),
                            candidate.what().layout(),
                            network.name(),
                            subject.variant().name(),
                            block(subject.variant()),
                            subject.threads(),
                            candidate.what().batch(),
                            candidate.equals(best.get(subject)),
                            Spread.of(candidate.imagesPerSecond()),
                            candidate.medianMillis(),
                            share(
                                    candidate,
                                    cost,
                                    ceilings.getOrDefault(subject.threads(), List.of())),
                            ratio(
                                    candidate,
                                    best.get(peer(Contenders.ONNX_RUNTIME, subject.threads()))),
                            ratio(candidate, best.get(peer(Contenders.ONE_DNN, subject.threads()))),
                            subject.threads() == 1
                                    ? null
                                    : ratio(candidate, best.get(subject.on(1))),
                            candidate.mostImagesPerSecond(),
                            (double) dense.macs() / cost.macs(),
                            (double) dense.unpaddedMacs() / cost.unpaddedMacs(),
                            candidate.imagesPerSecond()));
        }
        return rows;
    }

    /** Of each subject, the batch size and layout with the largest median. */
    private static Map<Subject, Measurement> best(List<Measurement> candidates) {
        Comparator<Measurement> bySpeed =
                Comparator.comparingDouble(each -> Spread.of(each.imagesPerSecond()).median());
        Map<Subject, Measurement> best = new HashMap<>();
        for (Measurement candidate : candidates) {
            best.merge(
                    candidate.what().subject(),
                    candidate,
                    (one, other) -> bySpeed.compare(one, other) >= 0 ? one : other);
        }
        return best;
    }

    private static Subject peer(String engine, int threads) {
        return new Subject(engine, Subject.FP32, threads, Variant.DENSE);
    }

    private static @Nullable Spread ratio(Measurement candidate, @Nullable Measurement peer) {
        return peer == null
                ? null
                : Spread.ofRatios(candidate.imagesPerSecond(), peer.imagesPerSecond());
    }

    /** Null for other precisions and off the processor: the ceiling is its, of 32-bit floats. */
    private static @Nullable Spread share(
            Measurement candidate, NetworkCost cost, List<Double> ceiling) {
        Subject subject = candidate.what().subject();
        if (ceiling.isEmpty()
                || !subject.precision().equals(Subject.FP32)
                || Contenders.isOnDevice(subject.engine())) {
            return null;
        }
        return Spread.ofRatios(candidate.imagesPerSecond(), ceiling)
                .times(2e-9 * cost.unpaddedMacs());
    }

    private static int block(Variant variant) {
        return variant.pattern().map(SupportPattern::filterBlock).orElse(1);
    }
}
