package io.psconv.bench.report;

import io.psconv.bench.report.BaselineComparison.Match;
import io.psconv.bench.report.BaselineComparison.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows a run beside its baseline. */
final class BaselineSection {
    private final BaselineComparison comparison;

    BaselineSection(BaselineComparison comparison) {
        this.comparison = comparison;
    }

    /** What there is to know before any figure: how much can be compared, and what not. */
    void writeSummary(Markup page, PipelineResults before) {
        page.open("div", "class", comparison.obstacles().isEmpty() ? "box" : "box warning");
        page.element("p", summary(before));
        if (!comparison.obstacles().isEmpty()) {
            page.element(
                    "p",
                    "Not comparable, so ratios are shown and none is judged: "
                            + String.join("; ", comparison.obstacles())
                            + ".");
        }
        if (!comparison.isSpreadKnown()) {
            page.element(
                    "p", "A run of one round has no spread of its own, so no ratio is judged.");
        }
        writeCells(page, "Only in this run: ", comparison.onlyNow());
        writeCells(page, "Only in the baseline: ", comparison.onlyBefore());
        if (!comparison.differences().isEmpty()) {
            page.element(
                    "p", "Also different: " + String.join("; ", comparison.differences()) + ".");
        }
        page.close();
    }

    private String summary(PipelineResults before) {
        String baseline =
                String.format(
                        Locale.ROOT,
                        "Against the baseline of %s, version %s: ",
                        RunText.time(before.startedAt()),
                        before.version());
        int matches = comparison.matches().size();
        if (matches == 0) {
            return baseline + "no cell is in both runs.";
        }
        if (!comparison.isJudged()) {
            return baseline + matches + (matches == 1 ? " cell is" : " cells are") + " in both.";
        }
        return String.format(
                Locale.ROOT,
                "%sof %d matching %s, %d sustained more frames/s, %d fewer, and %d as many within"
                        + " the rounds' range.",
                baseline,
                matches,
                matches == 1 ? "cell" : "cells",
                comparison.count(Verdict.BETTER),
                comparison.count(Verdict.WORSE),
                comparison.count(Verdict.WITHIN_SPREAD));
    }

    private static void writeCells(Markup page, String title, List<ResultCell> cells) {
        if (!cells.isEmpty()) {
            page.element(
                    "p",
                    title
                            + cells.stream()
                                    .map(ResultCell::label)
                                    .collect(Collectors.joining("; "))
                            + ".");
        }
    }

    /** The ratios, cell by cell. */
    void writeTable(Markup page) {
        if (comparison.matches().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Beside the baseline");
        page.element(
                "p",
                "Ratios are this run over the baseline. ▲ is an improvement and ▼ a regression"
                        + " beyond the spread, = is within it: for frames/s, whether the rounds'"
                        + " ranges are apart; the other figures have no range of their own and are"
                        + " judged by both runs' relative range of frames/s. Latencies are at the"
                        + " same share of each run's own throughput.");
        Column.write(
                page,
                "This run over the baseline",
                List.of(
                        Column.text("model", match -> match.now().model()),
                        Column.text("engine", match -> match.now().engine()),
                        Column.number("×", match -> Integer.toString(match.now().parallelism())),
                        Column.number("cameras", match -> Quantity.ofCount(match.now().cameras())),
                        Column.number(
                                "frames/s, baseline",
                                match -> Quantity.of(match.before().framesPerSecond())),
                        Column.number(
                                "frames/s, now",
                                match -> Quantity.of(match.now().framesPerSecond())),
                        Column.number("frames/s ratio", this::throughput),
                        Column.number(
                                "CPU ratio",
                                match -> cost(match, cell -> cell.cpuMicrosPerFrame().total())),
                        Column.number("p50 ratio", match -> latency(match, LatencyMillis::p50)),
                        Column.number("p99 ratio", match -> latency(match, LatencyMillis::p99)),
                        Column.number(
                                "joules ratio",
                                match ->
                                        match.hasEnergy()
                                                ? cost(match, ResultCell::joulesPerFrame)
                                                : Quantity.UNKNOWN),
                        Column.number("accuracy, points", BaselineSection::accuracy)),
                comparison.matches());
        page.close();
    }

    private String throughput(Match match) {
        return Quantity.ratio(match.now().framesPerSecond(), match.before().framesPerSecond())
                + mark(match.throughput());
    }

    private String cost(Match match, Function<ResultCell, @Nullable Double> figure) {
        @Nullable Double now = figure.apply(match.now());
        @Nullable Double before = figure.apply(match.before());
        if (now == null || before == null || before == 0) {
            return Quantity.UNKNOWN;
        }
        return Quantity.ratio(now, before) + mark(match.cost(now, before));
    }

    private String latency(Match match, Function<LatencyMillis, Double> quantile) {
        return cost(
                match,
                cell -> cell.latencyMillis() == null ? null : quantile.apply(cell.latencyMillis()));
    }

    private String mark(Verdict verdict) {
        if (!comparison.isJudged()) {
            return "";
        }
        return switch (verdict) {
            case BETTER -> " ▲";
            case WORSE -> " ▼";
            case WITHIN_SPREAD -> " =";
        };
    }

    private static String accuracy(Match match) {
        @Nullable Double now = match.now().accuracy();
        @Nullable Double before = match.before().accuracy();
        // Over other frames the difference would be theirs.
        boolean isPaired =
                Objects.equals(match.now().accuracyFrames(), match.before().accuracyFrames());
        return now == null || before == null || !isPaired
                ? Quantity.UNKNOWN
                : String.format(Locale.ROOT, "%+.2f", 100 * (now - before));
    }
}
