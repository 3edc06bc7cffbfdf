package io.psconv.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psconv.bench.report.PipelineReportPage;
import io.psconv.bench.report.PipelineResults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report as a browser shows it. */
class ReportPageITCase {
    private static final Path SAMPLES =
            Path.of(
                    System.getProperty("psconv.root"),
                    "jobs/src/test/resources/io/psconv/bench/report");
    private static final double LEAST_CONTRAST = 4.5;
    private static final int A4_PIXELS = 718;

    @TempDir private static Path folder;
    private static Browser browser;
    private static Path page;
    private static JsonNode json;

    @BeforeAll
    static void openBrowser() throws IOException {
        Optional<String> missing = Browser.missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        page = folder.resolve("report.html");
        Path results = SAMPLES.resolve("results.json");
        json = new ObjectMapper().readTree(Files.readAllBytes(results));
        PipelineReportPage.write(
                page,
                PipelineResults.read(results),
                PipelineResults.read(SAMPLES.resolve("baseline.json")));
        browser = new Browser();
    }

    @AfterAll
    static void closeBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, light", "400, dark"})
    void plotsHaveEveryFigureOfTheFile(int width, String theme) {
        browser.open(page, width, theme);
        int cells = json.get("cells").size();
        int loads = 0;
        for (JsonNode cell : json.get("cells")) {
            loads += cell.get("points").size();
        }

        assertThat(visible("throughput")).isEqualTo(cells);
        assertThat(visible("latency")).as("p50 and p99").isEqualTo(2L * loads);
        assertThat(visible("cpu")).as("four parts").isEqualTo(4L * cells);
        assertThat(visible("cpu-beyond")).as("three parts").isEqualTo(3L * cells);
        assertThat(visible("pareto")).as("5 cells of one setting, two costs").isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"1280, light", "1280, dark", "800, light", "400, light"})
    void nothingOverflows(int width, String theme) throws IOException {
        browser.open(page, width, theme);

        assertThat(browser.strings(script("layout.js"))).isEmpty();
    }

    @Test
    void longNamesAndLargeNumbersDoNotOverflow() throws IOException {
        Path file = folder.resolve("long.html");
        PipelineReportPage.write(file, unusual("a-very-long-name-of-a-model-".repeat(20)), null);

        for (int width : List.of(1280, 400)) {
            browser.open(file, width, "light");
            assertThat(browser.strings(script("layout.js"))).as("%d px", width).isEmpty();
        }
    }

    @Test
    void printsOnPaper() throws IOException {
        browser.open(page, A4_PIXELS, "dark");
        browser.look(A4_PIXELS, "print", "dark");

        assertThat(browser.strings(script("layout.js"))).isEmpty();
        assertThat(color("backgroundColor")).as("ink is dear").isEqualTo("rgb(255, 255, 255)");
        assertThat(
                        browser.strings(
                                "return [...document.querySelectorAll('table')].filter(table =>"
                                        + " table.getBoundingClientRect().right > innerWidth + 1)"
                                        + ".map(table => table.caption.textContent)"))
                .as("tables beyond the paper")
                .isEmpty();
    }

    @Test
    void isLegibleInBothThemes() throws IOException {
        browser.open(page, 1280, "light");
        String lightPaper = color("backgroundColor");
        String lightInk = color("color");
        assertThat(browser.strings(script("contrast.js"), LEAST_CONTRAST)).isEmpty();

        browser.open(page, 1280, "dark");

        assertThat(browser.strings(script("contrast.js"), LEAST_CONTRAST)).isEmpty();
        assertThat(color("backgroundColor")).isNotEqualTo(lightPaper);
        assertThat(color("color")).isNotEqualTo(lightInk);
    }

    @Test
    void fetchesNothingAndRunsNothing() throws IOException {
        Path file = folder.resolve("hostile.html");
        String name =
                "</title></svg></style><script>window.ran=1</script><img src=x onerror=ran=1>";
        PipelineReportPage.write(file, unusual(name), null);

        browser.open(file, 1280, "light");

        assertThat(browser.number("return document.querySelectorAll('script, img').length"))
                .isZero();
        assertThat(browser.run("return typeof window.ran")).isEqualTo("undefined");
        assertThat(browser.number("return performance.getEntriesByType('resource').length"))
                .isZero();
        assertThat(browser.run("return document.body.textContent").toString())
                .as("shown as it is")
                .contains(name);
    }

    /** Marks of a kind that take up room inside of the page. */
    private static long visible(String kind) {
        return browser.number(
                "return [...document.querySelectorAll('[data-mark=\"' + arguments[0] + '\"]')]"
                        + ".map(mark => mark.getBoundingClientRect())"
                        + ".filter(box => box.width > 0 && box.height > 0).length",
                kind);
    }

    private static String color(String property) {
        return (String)
                browser.run("return getComputedStyle(document.body)[arguments[0]]", property);
    }

    /** The sample with another name and numbers of many digits. */
    private static PipelineResults unusual(String name) throws IOException {
        ObjectNode changed = json.deepCopy();
        int number = 0;
        for (JsonNode each : changed.get("cells")) {
            ObjectNode cell = (ObjectNode) each;
            cell.put("model", name + number++);
            cell.put("cameras", 1_000_000);
            cell.put("framesPerSecondMax", 12_345_678);
        }
        ((ObjectNode) changed.get("goals").get(0)).put("name", name).put("cell", name);
        ((ObjectNode) changed.get("machine")).put("cpu", name);
        Path file = folder.resolve("unusual.json");
        Files.write(file, new ObjectMapper().writeValueAsBytes(changed));
        return PipelineResults.read(file);
    }

    private static String script(String name) throws IOException {
        try (InputStream stream = ReportPageITCase.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
