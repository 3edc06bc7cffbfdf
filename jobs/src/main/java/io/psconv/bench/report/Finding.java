package io.psconv.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run found, in one sentence that claims no more than its figures show. */
final class Finding {
    private Finding() {}

    /**
     * The fastest sparse cell beside the fastest dense one: of the same parallelism and cameras,
     * and of the same network where models' names say theirs.
     */
    static String of(PipelineResults results) {
        if (results.cells().isEmpty()) {
            return "No cell was measured.";
        }
        return fastest(results.cells())
                .map(Finding::sentence)
                .orElse(
                        "No sparse model was measured at the parallelism and cameras of a dense"
                                + " one, so this run does not compare them.");
    }

    /** Of several settings, the one of least parallelism, then of fewest cameras. */
    private static Optional<Pair> fastest(List<ResultCell> cells) {
        List<Pair> pairs = pairs(cells, true);
        if (pairs.isEmpty()) {
            pairs = pairs(cells, false);
        }
        Comparator<Pair> settings =
                Comparator.<Pair>comparingInt(pair -> pair.sparse().parallelism())
                        .thenComparingInt(pair -> pair.sparse().cameras());
        Comparator<Pair> speed =
                Comparator.<Pair>comparingDouble(pair -> pair.sparse().framesPerSecond())
                        .thenComparingDouble(pair -> pair.dense().framesPerSecond());
        return pairs.stream().min(settings.thenComparing(speed.reversed()));
    }

    private static List<Pair> pairs(List<ResultCell> cells, boolean ofOneNetwork) {
        List<Pair> pairs = new ArrayList<>();
        for (ResultCell sparse : cells) {
            for (ResultCell dense : cells) {
                boolean sameNetwork =
                        sparse.network() != null
                                && Objects.equals(sparse.network(), dense.network());
                if (sparse.isSparse()
                        && dense.isDense()
                        && sparse.axes().equals(dense.axes())
                        && (sameNetwork || !ofOneNetwork)) {
                    pairs.add(new Pair(sparse, dense));
                }
            }
        }
        return pairs;
    }

    private static String place(ResultCell cell) {
        return cell.parallelismMode() != null
                ? "tasks " + cell.parallelismMode()
                : String.format(
                        Locale.ROOT,
                        "%,d %s",
                        cell.cameras(),
                        cell.cameras() == 1 ? "camera" : "cameras");
    }

    private static String sentence(Pair pair) {
        return String.format(
                Locale.ROOT,
                "At parallelism %d with %s, %s, the fastest sparse cell, %s %s, the fastest"
                        + " dense one (%s against %s)%s%s.",
                pair.sparse().parallelism(),
                place(pair.sparse()),
                named(pair.sparse()),
                speed(pair),
                named(pair.dense()),
                Quantity.of(pair.sparse().framesPerSecond()),
                Quantity.of(pair.dense().framesPerSecond()),
                costs(pair),
                accuracies(pair));
    }

    private static String named(ResultCell cell) {
        return cell.model() + " on " + cell.engine();
    }

    private static String speed(Pair pair) {
        ResultCell sparse = pair.sparse();
        ResultCell dense = pair.dense();
        if (sparse.framesPerSecondMin() > dense.framesPerSecondMax()
                && dense.framesPerSecond() > 0) {
            return "sustained "
                    + Quantity.ratio(sparse.framesPerSecond(), dense.framesPerSecond())
                    + " times the frames/s of";
        }
        if (sparse.framesPerSecondMax() < dense.framesPerSecondMin()) {
            return "sustained only "
                    + Quantity.ratio(sparse.framesPerSecond(), dense.framesPerSecond())
                    + " times the frames/s of";
        }
        return "did not differ in frames/s beyond the rounds' range from";
    }

    private static String costs(Pair pair) {
        @Nullable Double dense = pair.dense().cpuMicrosPerFrame().total();
        @Nullable Double sparse = pair.sparse().cpuMicrosPerFrame().total();
        String costs =
                dense == null || dense == 0 || sparse == null
                        ? ""
                        : ", with " + Quantity.ratio(sparse, dense) + " times its CPU time a frame";
        @Nullable Double sparseJoules = pair.sparse().joulesPerFrame();
        @Nullable Double denseJoules = pair.dense().joulesPerFrame();
        @Nullable String source = pair.sparse().ownEnergySource();
        if (sparseJoules == null
                || denseJoules == null
                || denseJoules == 0
                || source == null
                || !source.equals(pair.dense().ownEnergySource())) {
            return costs;
        }
        return costs
                + (costs.isEmpty() ? ", with " : " and ")
                + Quantity.ratio(sparseJoules, denseJoules)
                + " times its joules ("
                + (source.equals(ResultCell.MODELLED) ? "modelled" : "measured by " + source)
                + ")";
    }

    private static String accuracies(Pair pair) {
        return pair.sparse().accuracy() == null || pair.dense().accuracy() == null
                ? ""
                : ", at an accuracy of "
                        + Quantity.percent(pair.sparse().accuracy())
                        + " against "
                        + Quantity.percent(pair.dense().accuracy())
                        + frames(pair);
    }

    private static String frames(Pair pair) {
        Long frames = pair.sparse().accuracyFrames();
        return frames == null || !frames.equals(pair.dense().accuracyFrames())
                ? ""
                : " of the same " + Quantity.ofCount(frames) + " frames";
    }

    private record Pair(ResultCell sparse, ResultCell dense) {}
}
