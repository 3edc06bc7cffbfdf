package io.psconv.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.RejectionReason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MeterExportsTest {
    private static final ModelIdentity MODEL =
            new ModelIdentity("resnet20", 1, "abc", "PS4_P4", "jvm");
    private static final PortRange ANY = new PortRange(0, 0);

    /** What a receiver was sent. */
    private record Sent(String contentType, String token, ExportMetricsServiceRequest request) {}

    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private HttpServer receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/v1/metrics", this::receive);
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean zipped =
                    "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            sent.add(
                    new Sent(
                            exchange.getRequestHeaders().getFirst("Content-Type"),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            ExportMetricsServiceRequest.parseFrom(
                                    zipped ? new GZIPInputStream(body) : body)));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Test
    void sendsWhatPrometheusIsShown() throws Exception {
        try (MeterExports exports = MeterExports.start("127.0.0.1", ANY, otlp("/v1/metrics"))) {
            measure(exports.registry());
            Map<String, Metric> metrics = metrics(next().request());

            assertThat(count(metrics, "inference.rejected", "reason", "empty")).isEqualTo(1);
            assertThat(metric(metrics, "job.restarts").getGauge().getDataPoints(0).getAsDouble())
                    .isEqualTo(2);
            HistogramDataPoint latency =
                    metric(metrics, "inference.latency").getHistogram().getDataPoints(0);
            assertThat(latency.getCount()).isEqualTo(1);
            assertThat(latency.getExplicitBoundsCount()).isEqualTo(18);
            assertThat(attributes(latency.getAttributesList()))
                    .isEqualTo(Map.of("model", "resnet20", "variant", "PS4_P4"));
            assertThat(exports.port()).isPresent();
        }
    }

    @Test
    void namesTheProcessAndCarriesTheHeaders() throws Exception {
        try (MeterExports exports = MeterExports.start("127.0.0.1", null, otlp("/v1/metrics"))) {
            measure(exports.registry());
            Sent first = next();

            assertThat(first.contentType()).isEqualTo("application/x-protobuf");
            assertThat(first.token()).isEqualTo("Bearer hunter2");
            ResourceMetrics resource = first.request().getResourceMetrics(0);
            assertThat(attributes(resource.getResource().getAttributesList()))
                    .containsEntry("service.name", "psconv")
                    .containsKeys("host.name", "service.instance.id");
            assertThat(exports.port()).isEmpty();
        }
    }

    @Test
    void sendsOnceMoreWhenItIsClosed() throws Exception {
        OtlpSettings hourly = new OtlpSettings(url("/v1/metrics"), Duration.ofHours(1), Map.of());
        try (MeterExports exports = MeterExports.start("127.0.0.1", null, hourly)) {
            measure(exports.registry());
        }

        assertThat(metrics(next().request())).containsKey("inference.latency");
    }

    @Test
    void goesOnWhereNobodyReceives() throws Exception {
        OtlpSettings nobody =
                new OtlpSettings(
                        URI.create("http://127.0.0.1:9/v1/metrics"),
                        Duration.ofSeconds(1),
                        Map.of());
        try (MeterExports exports = MeterExports.start("127.0.0.1", null, nobody)) {
            measure(exports.registry());

            assertThat(exports.registry().get("inference.latency").timer().count()).isEqualTo(1);
        }
    }

    @Test
    void leavesNoThread() throws Exception {
        MeterExports.start("127.0.0.1", ANY, otlp("/v1/metrics")).close();

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("otlp-metrics-publisher")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void printsNamesOfHeadersOnly() {
        assertThat(otlp("/v1/metrics").toString())
                .contains("headers=[authorization]")
                .doesNotContain("hunter2");
    }

    @Test
    void refusesWhatCannotBeSentTo() {
        assertThatThrownBy(
                        () ->
                                new OtlpSettings(
                                        URI.create("collector:4318"),
                                        Duration.ofSeconds(1),
                                        Map.of()))
                .hasMessage(
                        "metrics.otlp.url was 'collector:4318' but it must be http:// or https://"
                                + " with a host");
        assertThatThrownBy(
                        () -> new OtlpSettings(url("/v1/metrics"), Duration.ofMillis(1), Map.of()))
                .hasMessage("metrics.otlp.interval was 'PT0.001S' but it must be at least 1 s");
    }

    private static void measure(MeterRegistry registry) {
        NodeMeters node = new NodeMeters(registry);
        node.rejected(RejectionReason.EMPTY);
        node.started(2);
        new ModelMeters(registry, MODEL)
                .classified(4, 8_000_000, 1, new FrameEnergy(0.5, "modelled", 0, 0, "a", 1, 1));
    }

    private OtlpSettings otlp(String path) {
        return new OtlpSettings(
                url(path), Duration.ofSeconds(1), Map.of("authorization", "Bearer hunter2"));
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + path);
    }

    /** The first request that has something of a model. */
    private Sent next() throws InterruptedException {
        while (true) {
            Sent next = sent.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a request").isNotNull();
            if (metrics(next.request()).containsKey("inference.latency")) {
                return next;
            }
        }
    }

    private static Map<String, Metric> metrics(ExportMetricsServiceRequest request) {
        Map<String, Metric> metrics = new HashMap<>();
        request.getResourceMetricsList().stream()
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .forEach(metric -> metrics.put(metric.getName(), metric));
        return metrics;
    }

    private static Metric metric(Map<String, Metric> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name), name);
    }

    private static double count(
            Map<String, Metric> metrics, String name, String key, String value) {
        for (NumberDataPoint point : metric(metrics, name).getSum().getDataPointsList()) {
            if (attributes(point.getAttributesList()).equals(Map.of(key, value))) {
                return point.getAsDouble();
            }
        }
        throw new AssertionError(name + " has no " + key + " " + value);
    }

    private static Map<String, String> attributes(List<KeyValue> list) {
        Map<String, String> attributes = new HashMap<>();
        list.forEach(each -> attributes.put(each.getKey(), each.getValue().getStringValue()));
        return attributes;
    }
}
