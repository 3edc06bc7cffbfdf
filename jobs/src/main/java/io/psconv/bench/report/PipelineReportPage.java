package io.psconv.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run of {@code psconv bench pipeline} as one HTML file that needs nothing else: plots as inline
 * SVG, no script, no network. It follows the reader's light or dark theme, fits narrow screens and
 * prints. Equal results make equal bytes.
 */
public final class PipelineReportPage {
    private static final String STYLE = "report.css";

    private PipelineReportPage() {}

    /**
     * Writes the page.
     *
     * @param html the file, overwritten; its folder must be there
     * @param baseline an earlier run to lay beside; null for none
     * @throws IOException if the file cannot be written
     */
    public static void write(Path html, PipelineResults results, @Nullable PipelineResults baseline)
            throws IOException {
        Files.writeString(html, html(results, baseline));
    }

    /** The page's text. */
    static String html(PipelineResults results, @Nullable PipelineResults baseline) {
        Markup page = new Markup();
        page.open("html", "lang", "en");
        writeHead(page, results);
        page.open("body").open("main");
        page.open("header")
                .element("h1", "Sparse against dense: pipeline benchmark")
                .element("p", Finding.of(results), "class", "finding")
                .element("p", RunText.subtitle(results), "class", "subtitle")
                .close();
        @Nullable BaselineSection beside =
                baseline == null
                        ? null
                        : new BaselineSection(BaselineComparison.of(results, baseline));
        if (beside != null && baseline != null) {
            beside.writeSummary(page, baseline);
        }
        if (!results.complete()) {
            page.open("div", "class", "box warning")
                    .element("p", "The run was stopped early: figures are of what it had by then.")
                    .close();
        }
        writeGoals(page, results.goals());
        if (!results.cells().isEmpty()) {
            writeCells(page, results.cells(), beside);
        }
        writeSkipped(page, results.skipped());
        writeRun(page, results);
        page.close().close().close();
        return page.document();
    }

    private static void writeHead(Markup page, PipelineResults results) {
        page.open("head")
                .empty("meta", "charset", "utf-8")
                // Whatever a results file says: nothing is fetched, nothing runs.
                .empty(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'unsafe-inline'")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .empty("meta", "name", "color-scheme", "content", "light dark")
                .element("title", "psconv pipeline benchmark, " + RunText.time(results.startedAt()))
                .element("style", style())
                .close();
    }

    /** The style sheet, which has no character that XML would escape and HTML would not. */
    private static String style() {
        try (InputStream stream = PipelineReportPage.class.getResourceAsStream(STYLE)) {
            return new String(
                    Objects.requireNonNull(stream, STYLE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(STYLE + " of the class path cannot be read", e);
        }
    }

    private static void writeGoals(Markup page, List<RunGoal> goals) {
        if (goals.isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Goals");
        Column.write(
                page,
                "What was aimed at",
                List.of(
                        Column.text("goal", RunGoal::name),
                        Column.text("result", PipelineReportPage::result),
                        Column.number(
                                "measured",
                                goal ->
                                        goal.value() == null
                                                ? Quantity.UNKNOWN
                                                : amount(goal.value(), goal)),
                        Column.number(
                                "aim",
                                goal -> (goal.atMost() ? "≤ " : "≥ ") + amount(goal.goal(), goal)),
                        Column.text(
                                "where",
                                goal -> goal.cell() == null ? Quantity.UNKNOWN : goal.cell())),
                goals);
        page.close();
    }

    private static String amount(double value, RunGoal goal) {
        return (Quantity.of(value) + " " + goal.unit()).strip();
    }

    private static String result(RunGoal goal) {
        if (goal.reached() == null) {
            return "not measured";
        }
        return goal.reached() ? "✓ reached" : "✗ not reached";
    }

    private static void writeCells(
            Markup page, List<ResultCell> cells, @Nullable BaselineSection beside) {
        page.open("section").element("h2", "Throughput, accuracy and cost");
        page.open("div", "class", "plots");
        openFigure(
                page,
                "Sustained throughput",
                "The largest load without a growing backlog. Bars are medians of the rounds, lines"
                        + " reach from the slowest to the fastest; ×N is the parallelism.");
        ThroughputChart.draw(page, cells);
        page.close();
        List<ResultCell> comparable = ParetoChart.comparable(cells);
        for (ParetoChart chart : paretoCharts(comparable)) {
            openFigure(
                    page,
                    "Accuracy against " + chart.cost(),
                    "At "
                            + comparable.get(0).axes()
                            + ". Circles are sparse, squares dense, an engine that fills zeros in"
                            + " too, areas frames/s. Up and left is better. The stepped line joins"
                            + " what nothing beats in accuracy and cost; pale marks are beaten in"
                            + " accuracy, cost and frames/s at once.");
            chart.draw(page);
            page.close();
        }
        page.close();
        writeWithoutAccuracy(page, cells);
        page.close();
        writeLatencies(page, cells);
        writeCpu(page, cells);
        if (beside != null) {
            beside.writeTable(page);
        }
        page.open("section").element("h2", "All figures");
        page.element(
                "p",
                "Costs are a frame's; a dash is what could not be known. The accuracy is over the"
                        + " first labelled frames, the same ones in every cell. Latencies count from the scheduled arrival, to the answer a"
                        + " reader of committed records sees, or to its classification.");
        CellTables.write(page, cells);
        page.close();
    }

    /** Opens a plot with what it shows; dense and sparse look the same in all. */
    private static void openFigure(Markup page, String title, String explanation) {
        page.open("figure").open("figcaption").element("strong", title);
        page.element("span", explanation, "class", "explanation");
        page.close();
    }

    /**
     * One for each source of energy, since they are never mixed; and CPU time, which is measured
     * for all, unless joules are too.
     */
    private static List<ParetoChart> paretoCharts(List<ResultCell> cells) {
        List<ParetoChart> charts = new ArrayList<>();
        cells.stream()
                .map(ResultCell::ownEnergySource)
                .filter(Objects::nonNull)
                .distinct()
                .map(source -> ParetoChart.ofEnergy(source, cells))
                .filter(chart -> !chart.points().isEmpty())
                .forEach(charts::add);
        ParetoChart cpu = ParetoChart.ofCpu(cells);
        boolean allMeasured =
                cells.stream()
                        .map(ResultCell::ownEnergySource)
                        .allMatch(source -> source != null && !source.equals(ResultCell.MODELLED));
        if (!allMeasured && !cpu.points().isEmpty()) {
            charts.add(cpu);
        }
        return charts;
    }

    private static void writeWithoutAccuracy(Markup page, List<ResultCell> cells) {
        String names =
                cells.stream()
                        .filter(cell -> cell.accuracy() == null)
                        .map(ResultCell::label)
                        .collect(Collectors.joining("; "));
        if (!names.isEmpty()) {
            page.element("p", "Of unknown accuracy, so not in those plots: " + names + ".");
        }
    }

    private static void writeLatencies(Markup page, List<ResultCell> cells) {
        @Nullable LatencyChart chart = LatencyChart.forAll(cells);
        if (chart == null) {
            return;
        }
        page.open("section").element("h2", "Latency over load");
        page.element(
                "p",
                "From the scheduled arrival until the answer is committed, on the same axes for"
                        + " all cells. Hollow marks are loads at which the backlog grew; where"
                        + " rounds offered about the same load, the curve goes through their"
                        + " medians.");
        page.open("div", "class", "plots");
        for (int i = 0; i < cells.size(); i++) {
            if (LatencyChart.isShown(cells.get(i))) {
                page.open("figure").element("figcaption", cells.get(i).label());
                chart.draw(page, "latency-" + i, cells.get(i));
                page.close();
            }
        }
        page.close().close();
    }

    private static void writeCpu(Markup page, List<ResultCell> cells) {
        List<ResultCell> known =
                cells.stream().filter(cell -> cell.cpuMicrosPerFrame().isKnown()).toList();
        page.open("section").element("h2", "CPU time a frame");
        if (known.size() < cells.size()) {
            page.element(
                    "p",
                    known.isEmpty()
                            ? "Not known: the job ran on a cluster whose processes could not be"
                                    + " measured. What its answers say is in the tables."
                            : "Only of cells whose processes could be measured.");
        }
        if (known.isEmpty()) {
            page.close();
            return;
        }
        page.open("div", "class", "plots");
        openFigure(page, "The job", "All that the task managers spend on a frame.");
        CpuChart.drawTotal(page, known);
        page.close();
        openFigure(
                page,
                "Beyond the network",
                "The same without the network. Thin bars: broker and load generator, which are not"
                        + " counted into the job.");
        CpuChart.drawBeyondNetwork(page, known);
        page.close();
        page.close().close();
    }

    private static void writeSkipped(Markup page, List<SkippedCell> skipped) {
        page.open("section").element("h2", "Not measured");
        if (skipped.isEmpty()) {
            page.element("p", "Nothing that was asked for was skipped.");
        } else {
            Column.write(
                    page,
                    "What was asked for and skipped",
                    List.of(
                            Column.text("model", SkippedCell::model),
                            Column.text(
                                    "engine",
                                    cell ->
                                            cell.engine().isEmpty()
                                                    ? Quantity.UNKNOWN
                                                    : cell.engine()),
                            Column.text("reason", SkippedCell::reason)),
                    skipped);
        }
        page.close();
    }

    private static void writeRun(Markup page, PipelineResults results) {
        page.open("section").element("h2", "Machine and settings");
        page.open("div", "class", "plots");
        writeFacts(page, "Machine", RunText.machine(results.machine()));
        writeFacts(page, "Settings", RunText.settings(results));
        page.close().close();
    }

    private static void writeFacts(Markup page, String caption, Map<String, String> facts) {
        page.open("table", "class", "facts").element("caption", caption).open("tbody");
        facts.forEach(
                (name, value) ->
                        page.open("tr")
                                .element("th", name, "scope", "row")
                                .element("td", value)
                                .close());
        page.close().close();
    }
}
