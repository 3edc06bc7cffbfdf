package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.operator.metrics.EnergyMeters;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.tests.documentation.MeterTable;
import io.psconv.tests.monitoring.MonitoringFiles;
import io.psconv.tests.monitoring.PromQl;
import io.psconv.tests.security.LogCapture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The meters of one real run, everywhere they can be seen. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class MetersITCase {
    private static final int FRAMES = 40;
    private static final List<String> SUFFIXES = List.of("_bucket", "_sum", "_count", "_max");

    private static final AtomicInteger SENT_BY_OTLP = new AtomicInteger();

    private static LogCapture log;
    private static HttpServer receiver;
    private static MeteredRun run;
    private static Scrape scrape;

    @BeforeAll
    static void start() throws Exception {
        log = new LogCapture();
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/v1/metrics",
                exchange -> {
                    try (exchange) {
                        exchange.getRequestBody().readAllBytes();
                        boolean authorized =
                                "hunter2".equals(exchange.getRequestHeaders().getFirst("token"));
                        SENT_BY_OTLP.addAndGet(authorized ? 1 : 0);
                        exchange.sendResponseHeaders(200, -1);
                    }
                });
        receiver.start();
        run = new MeteredRun(MetersITCase::sendByOtlp);
        run.send(FRAMES / MeteredRun.CAMERAS.size());
        run.serveOnAllKindsOfRoutes();
        run.sendBad(1, 1);
        Pipeline.await(
                "a window was closed and a transaction committed",
                () -> {
                    scrape = Scrape.of(run.port());
                    return scrape.names().contains("energy_attributed_joules_total")
                            && scrape.sum(
                                            "transaction_commits_total",
                                            labels -> "committed".equals(labels.get("result")))
                                    > 0;
                });
    }

    private static void sendByOtlp(Configuration configuration) {
        configuration.set(
                ClassifyConfigOptions.METRICS_OTLP_URL,
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/metrics");
        configuration.setString(ClassifyConfigOptions.METRICS_OTLP_INTERVAL.key(), "1 s");
        configuration.set(ClassifyConfigOptions.METRICS_OTLP_HTTP_HEADERS, "token=hunter2");
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            run.stop();
        } finally {
            run.close();
            receiver.stop(0);
            log.close();
        }
    }

    @Test
    void areAllInTheReadmeWithTheirTags() throws Exception {
        Map<String, MeterTable.Row> rows =
                MeterTable.read().values().stream()
                        .collect(Collectors.toMap(MeterTable.Row::prometheus, row -> row));

        assertThat(scrape.samples()).hasSizeGreaterThan(100);
        for (Scrape.Sample sample : scrape.samples()) {
            MeterTable.Row row = rows.get(family(sample.name()));
            assertThat(row).as("row of %s", sample.name()).isNotNull();
            Set<String> keys = new TreeSet<>(sample.labels().keySet());
            keys.remove("le");
            assertThat(keys)
                    .as(sample.name())
                    .isEqualTo(
                            row.tags().stream()
                                    .map(tag -> tag.replace('.', '_'))
                                    .collect(Collectors.toSet()));
        }
    }

    @Test
    void haveAllNamesThatDashboardAndAlertsUse() throws Exception {
        Set<String> names = new TreeSet<>(scrape.names());
        names.addAll(Scrape.of(run.flinkPort()).names());
        names.addAll(namesWithACounter());
        // Prometheus itself makes it of each endpoint.
        names.add("up");

        Map<String, String> queries = new HashMap<>(MonitoringFiles.panels());
        queries.putAll(MonitoringFiles.alerts());
        queries.forEach(
                (place, query) -> assertThat(names).as(place).containsAll(PromQl.names(query)));
    }

    /** What there is besides where joules can be measured. */
    private static Set<String> namesWithACounter() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new EnergyMeters(registry, registry, true)
                .closed(new EnergyWindow("a", "host", "rapl", 1, 0, 1, 1, 3, 1, 1, 1, 1, 1e9, 0));
        return Scrape.read(registry.scrape()).names();
    }

    @Test
    void showAmongFlinksOwn() throws Exception {
        URI metrics = classifyMetrics();
        Pipeline.await(
                "Flink has asked its task manager",
                () -> ids(metrics).stream().anyMatch(id -> id.contains("psconv")));
        Set<String> ids = ids(metrics);

        for (MeterTable.Row row : MeterTable.read().values()) {
            boolean one = row.type().equals("counter") || row.type().equals("gauge");
            String shown = row.prometheus() + (one ? "" : "_count");
            if (!scrape.names().contains(shown)) {
                continue;
            }
            String name = row.name().replace('.', '_') + (one ? "" : "_count");
            List<String> found = ids.stream().filter(id -> id.endsWith("." + name)).toList();
            assertThat(found).as("%s among %s", name, ids).isNotEmpty();
            // Each in one subtask only.
            assertThat(found).hasSize((int) count(shown));
        }
    }

    @Test
    void haveTheSameValuesAmongFlinksOwn() throws Exception {
        URI metrics = classifyMetrics();
        Scrape flink = Scrape.of(run.flinkPort());
        Scrape now = Scrape.of(run.port());

        assertThat(now.sum("route_frames_total")).isGreaterThanOrEqualTo(FRAMES);
        assertThat(flink.sum("flink_taskmanager_job_task_operator_psconv_arm_route_route_frames"))
                .isEqualTo(now.sum("route_frames_total"));
        assertThat(
                        flink.sum(
                                "flink_taskmanager_job_task_operator_psconv_model_variant_"
                                        + "inference_latency_count",
                                labels -> "dense".equals(labels.get("variant"))))
                .isEqualTo(
                        now.sum(
                                "inference_latency_seconds_count",
                                labels -> "dense".equals(labels.get("variant"))));
        String rejected =
                ids(metrics).stream()
                        .filter(id -> id.endsWith("reason.empty.inference_rejected"))
                        .findFirst()
                        .orElseThrow();
        assertThat(get(metrics + "?get=" + URLEncoder.encode(rejected, StandardCharsets.UTF_8)))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        "[{\"id\":\"%s\",\"value\":\"1.0\"}]".formatted(rejected)));
    }

    @Test
    void areSentByOtlpWithHeadersThatAreNotLogged() throws Exception {
        int before = SENT_BY_OTLP.get();

        Pipeline.await("they are sent", () -> SENT_BY_OTLP.get() > before);

        assertThat(log.text()).contains("meters are sent to http://127.0.0.1:");
        assertThat(log.text()).doesNotContain("hunter2");
    }

    /** Series of a name, none of which is a bucket. */
    private static long count(String name) {
        return scrape.samples().stream().filter(sample -> sample.name().equals(name)).count();
    }

    private static String family(String sample) {
        for (String suffix : SUFFIXES) {
            if (sample.endsWith(suffix)) {
                return sample.substring(0, sample.length() - suffix.length());
            }
        }
        return sample;
    }

    /** Where Flink's REST interface has the metrics of the task that classifies. */
    private static URI classifyMetrics() throws Exception {
        String job = run.rest() + "/jobs/" + run.job();
        for (JsonNode vertex : get(job).path("vertices")) {
            if (vertex.path("name").asText().startsWith("classify")) {
                return URI.create(job + "/vertices/" + vertex.path("id").asText() + "/metrics");
            }
        }
        throw new AssertionError("no task of the job classifies: " + get(job));
    }

    private static Set<String> ids(URI metrics) throws IOException, InterruptedException {
        return new TreeSet<>(get(metrics.toString()).findValuesAsText("id"));
    }

    private static JsonNode get(String url) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(
                        HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(URI.create(url)).build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body());
    }
}
