package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class PipelineReportPageTest {
    private static final String HOSTILE =
            "</title></style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'"
                    + " onload=\"alert(3) &lt;b&gt; {{7*7}} \u202Eevil \u0007\uFFFE -->";

    @Test
    void everyCellHasItsMarks() throws Exception {
        Document page = document(Samples.results(), null);

        assertThat(marks(page, ThroughputChart.MARK)).hasSize(8);
        assertThat(marks(page, LatencyChart.MARK)).as("p50 and p99 of 6 loads").hasSize(8 * 6 * 2);
        assertThat(marks(page, CpuChart.TOTAL_MARK)).hasSize(8 * 4);
        assertThat(marks(page, CpuChart.BEYOND_MARK)).hasSize(8 * 3);
        assertThat(marks(page, "cpu-broker")).as("one is unknown").hasSize(7);
        assertThat(marks(page, "cpu-generator")).hasSize(7);
        assertThat(marks(page, ParetoChart.MARK)).as("5 cells at ×1, 8 cameras, twice").hasSize(10);
    }

    @Test
    void unsustainedLoadsAreMarked() throws Exception {
        Document page = document(Samples.results(), null);

        assertThat(marks(page, LatencyChart.MARK))
                .filteredOn(mark -> mark.getAttribute("class").contains("unsustained"))
                .hasSize(16)
                .allSatisfy(mark -> assertThat(mark.getTextContent()).contains("not sustained"));
    }

    @Test
    void measuredAndModelledEnergyAreNeverInOnePlot() throws Exception {
        PipelineResults mixed =
                Samples.changed(
                        root -> {
                            Samples.cell(root, 0).put("energySource", "rapl");
                            Samples.cell(root, 3).put("energySource", "rapl");
                        });

        Document page = document(mixed, null);

        assertThat(marks(byId(page, "svg", "pareto-rapl-title"), ParetoChart.MARK)).hasSize(2);
        assertThat(marks(byId(page, "svg", "pareto-modelled-title"), ParetoChart.MARK)).hasSize(3);
        assertThat(marks(byId(page, "svg", "pareto-cpu-title"), ParetoChart.MARK)).hasSize(5);
    }

    @Test
    void energyOfMixedSourcesIsInNoPlot() throws Exception {
        PipelineResults mixed =
                Samples.changed(root -> Samples.cell(root, 0).put("energySource", "mixed"));

        Document page = document(mixed, null);

        assertThat(byId(page, "svg", "pareto-mixed-title")).isNull();
        assertThat(marks(byId(page, "svg", "pareto-modelled-title"), ParetoChart.MARK)).hasSize(4);
        assertThat(Finding.of(mixed)).doesNotContain("joules");
    }

    @Test
    void withoutEnergyThereIsOnlyCpuTime() throws Exception {
        PipelineResults none =
                Samples.changed(
                        root -> {
                            for (int i = 0; i < 8; i++) {
                                Samples.cell(root, i).remove("joulesPerFrame");
                                Samples.cell(root, i).remove("energySource");
                            }
                        });

        String html = PipelineReportPage.html(none, null);

        assertThat(html).contains("pareto-cpu").doesNotContain("pareto-modelled");
    }

    @Test
    void cellsOfUnknownAccuracyAreNamedAndNotDrawn() throws Exception {
        PipelineResults results = Samples.changed(root -> Samples.cell(root, 3).remove("accuracy"));

        Document page = document(results, null);

        assertThat(marks(page, ParetoChart.MARK)).hasSize(2 * 4);
        assertThat(page.getDocumentElement().getTextContent())
                .contains(
                        "Of unknown accuracy, so not in those plots: resnet18-ps4_p4@1 · jvm · ×1,"
                                + " 8 cameras.");
    }

    @Test
    void goalsAndSkippedCellsAreSaidPlainly() throws Exception {
        String text = document(Samples.results(), null).getDocumentElement().getTextContent();

        assertThat(text)
                .contains("✗ not reached", "✓ reached", "≤ 100 µs", "≥ 0.95 ×")
                .contains("the store has no model of this name");
    }

    @Test
    void baselineComesWithWhatCannotBeCompared() throws Exception {
        PipelineResults other =
                Samples.changed(root -> root.withObject("/machine").put("cpu", "another"));

        String judged =
                document(Samples.results(), Samples.baseline())
                        .getDocumentElement()
                        .getTextContent();
        String unjudged = document(other, Samples.baseline()).getDocumentElement().getTextContent();

        assertThat(judged)
                .contains("of 7 matching cells, 1 sustained more frames/s, 1 fewer, and 5 as many")
                .contains("1.22 ▲", "0.83 ▼", "1.03 =");
        assertThat(unjudged)
                .contains("Not comparable", "processor: 'another', baseline 'synthetic'")
                .contains("1.22")
                .doesNotContain("1.22 ▲");
    }

    @Test
    void hostileTextNeverBecomesMarkup() throws Exception {
        PipelineResults hostile =
                Samples.changed(
                        root -> {
                            root.put("version", HOSTILE).put("command", HOSTILE);
                            root.withObject("/machine").put("cpu", HOSTILE).put("os", HOSTILE);
                            root.withObject("/settings").put("arrivals", HOSTILE);
                            root.withObject("/settings").put(HOSTILE, HOSTILE);
                            for (int i = 0; i < 8; i++) {
                                Samples.cell(root, i).put("model", HOSTILE + i);
                            }
                            ((ObjectNode) root.withArray("goals").get(0))
                                    .put("name", HOSTILE)
                                    .put("unit", HOSTILE)
                                    .put("cell", HOSTILE);
                            ((ObjectNode) root.withArray("skipped").get(0)).put("reason", HOSTILE);
                        });

        String html = PipelineReportPage.html(hostile, Samples.baseline());
        Document page = parse(html);

        for (String element : List.of("script", "img", "b", "iframe", "link", "a", "object")) {
            assertThat(page.getElementsByTagName(element).getLength()).as(element).isZero();
        }
        assertThat(html).doesNotContain("<script", "\u202E", "\u0007", "\uFFFE");
        assertThat(elements(page.getElementsByTagName("*")))
                .as("attributes that run something")
                .noneMatch(PipelineReportPageTest::hasHandler);
        assertThat(page.getElementsByTagName("style").getLength()).isEqualTo(1);
        assertThat(page.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("psconv pipeline benchmark, 2026-11-21 15:42 UTC");
    }

    @Test
    void loneHalvesOfCharactersCanBeWritten(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.html");
        String json =
                new String(
                        Samples.changedJson(root -> root.put("version", "VERSION")),
                        StandardCharsets.UTF_8);
        byte[] broken =
                json.replace("VERSION", "half \\ud800 of one").getBytes(StandardCharsets.UTF_8);

        PipelineReportPage.write(file, ResultsFile.parse(broken), null);

        assertThat(Files.readString(file)).contains("half \uFFFD of one");
    }

    @Test
    void needsNothingFromElsewhere() throws Exception {
        String html = PipelineReportPage.html(Samples.results(), Samples.baseline());

        assertThat(html).startsWith("<!DOCTYPE html>").contains("default-src 'none'");
        assertThat(html).doesNotContain("src=", "href=", "@import", "url(");
        assertThat(Pattern.compile("https?://").matcher(html).results())
                .as("the name of SVG alone")
                .allMatch(found -> html.startsWith("http://www.w3.org/2000/svg", found.start()));
        assertThat(html).as("the style sheet stands as it is").doesNotContain("&gt;", "&amp;");
    }

    @Test
    void equalResultsMakeEqualPages() throws Exception {
        assertThat(PipelineReportPage.html(Samples.results(), Samples.baseline()))
                .isEqualTo(PipelineReportPage.html(Samples.results(), Samples.baseline()));
    }

    @Test
    void tabSeparatedTextHasEveryFigure() throws Exception {
        List<String> lines = CellTables.tsv(Samples.results().cells()).lines().toList();

        assertThat(lines).hasSize(9);
        assertThat(lines).allMatch(line -> line.split("\t", -1).length == 38);
        assertThat(lines.get(0))
                .startsWith("model\tvariant\tengine\tparallelism\tcameras\tframesPerSecond");
        assertThat(lines.get(1))
                .startsWith("resnet18-psd1_p16@2\tPSD1_P16\tjvm\t1\t8\t402.6\t")
                .contains("\t2467.9\t41\t210\t95\t");
        assertThat(
                        document(Samples.results(), null)
                                .getElementsByTagName("pre")
                                .item(0)
                                .getTextContent())
                .isEqualTo(String.join("\n", lines) + "\n");
    }

    @Test
    void drawingsHaveTitlesAndTablesHeaders() throws Exception {
        Document page = document(Samples.results(), Samples.baseline());

        for (Element svg : elements(page.getElementsByTagName("svg"))) {
            String[] names = svg.getAttribute("aria-labelledby").split(" ");
            assertThat(names).hasSize(2);
            for (String name : names) {
                assertThat(byId(page, "title", name) != null || byId(page, "desc", name) != null)
                        .as(name)
                        .isTrue();
            }
        }
        for (Element table : elements(page.getElementsByTagName("table"))) {
            assertThat(table.getElementsByTagName("caption").getLength()).isEqualTo(1);
            assertThat(elements(table.getElementsByTagName("th")))
                    .isNotEmpty()
                    .allMatch(header -> header.hasAttribute("scope"));
        }
    }

    @Test
    void aRunWithoutCellsIsStillAPage() throws Exception {
        PipelineResults none = Samples.changed(root -> root.putArray("cells"));

        String text = document(none, null).getDocumentElement().getTextContent();

        assertThat(text).contains("No cell was measured.", "synthetic");
    }

    @Test
    void extremeFiguresStayInsideTheirDrawings() throws Exception {
        PipelineResults extreme =
                Samples.changed(
                        root -> {
                            Samples.cell(root, 0)
                                    .put("framesPerSecond", 0)
                                    .put("framesPerSecondMin", 0)
                                    .put("framesPerSecondMax", 0);
                            Samples.cell(root, 1).put("framesPerSecondMax", 9.9e8);
                            Samples.cell(root, 1).put("accuracy", 0);
                            Samples.cell(root, 2).put("accuracy", 1);
                            Samples.cell(root, 3).putArray("points");
                            Samples.cell(root, 4).put("cameras", 1_000_000_000);
                            Samples.cell(root, 4).put("parallelism", 100_000);
                            Samples.cell(root, 5).put("model", "m".repeat(4_000));
                            Samples.cell(root, 6).put("joulesPerFrame", 1e-12);
                        });

        Document page = document(extreme, null);

        for (Element text : elements(page.getElementsByTagName("text"))) {
            double x = Double.parseDouble(text.getAttribute("x"));
            assertThat(x).as(text.getTextContent()).isBetween(0.0, Drawing.WIDTH);
        }
        for (String shape : List.of("rect", "circle")) {
            for (Element mark : elements(page.getElementsByTagName(shape))) {
                assertThat(mark.getAttribute("width") + mark.getAttribute("r")).isNotEqualTo("0");
            }
        }
    }

    private static Document document(PipelineResults results, @Nullable PipelineResults baseline)
            throws ParserConfigurationException, IOException, SAXException {
        return parse(PipelineReportPage.html(results, baseline));
    }

    /** Tags are paired and all is escaped, or the parser would say so. */
    private static Document parse(String html)
            throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html)));
    }

    private static List<Element> marks(Document page, String kind) {
        return marks(page.getDocumentElement(), kind);
    }

    private static List<Element> marks(@Nullable Element within, String kind) {
        return within == null
                ? List.of()
                : elements(within.getElementsByTagName("*")).stream()
                        .filter(element -> element.getAttribute("data-mark").equals(kind))
                        .toList();
    }

    private static @Nullable Element byId(Document page, String element, String name) {
        String attribute = element.equals("svg") ? "aria-labelledby" : "id";
        return elements(page.getElementsByTagName(element)).stream()
                .filter(one -> List.of(one.getAttribute(attribute).split(" ")).contains(name))
                .findFirst()
                .orElse(null);
    }

    private static boolean hasHandler(Element element) {
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            if (element.getAttributes().item(i).getNodeName().startsWith("on")) {
                return true;
            }
        }
        return false;
    }

    private static List<Element> elements(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
