package io.psconv.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetersTest {
    private static final ModelIdentity MODEL =
            new ModelIdentity("resnet18-psd1_p16", 2, "abc", "PSD1_P16", "jvm");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void recordsABatch() {
        ModelMeters meters = new ModelMeters(registry, MODEL);

        meters.classified(
                4, 8_000_000, 6_000_000, new FrameEnergy(0.25, "modelled", 0, 0, "a", 1, 1));

        assertThat(registry.get("inference.latency").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(8);
        assertThat(registry.get("inference.batch.size").summary().totalAmount()).isEqualTo(4);
        assertThat(registry.get("inference.cpu.time").counter().count()).isEqualTo(0.006);
        assertThat(
                        registry.get("inference.energy")
                                .tag("energy.source", "modelled")
                                .summary()
                                .totalAmount())
                .isEqualTo(1);
    }

    @Test
    void hasNoEnergyMeterWithoutAReading() {
        ModelMeters meters = new ModelMeters(registry, MODEL);

        meters.classified(1, 1, 1, null);

        assertThat(registry.find("inference.energy").meter()).isNull();
    }

    @Test
    void describesEveryMeterAndGivesItBoundedTags() {
        new NodeMeters(registry);
        new CameraMeters(registry);
        ModelMeters meters = new ModelMeters(registry, MODEL);
        meters.classified(1, 1, 1, new FrameEnergy(1, "rapl", 1, 0, "a", 2, 1));
        new EnergyMeters(registry, registry, true).closed(window("rapl", 10, 5, 3, 2));
        new TransactionMeters(registry, "classifications");
        RouteResult paired =
                new RouteResult(
                        "default",
                        "primary",
                        null,
                        new PairedResult(MODEL, new ClassScore("a", 1), true, 0));
        new RouteMeters(registry).classified(paired, 0, false);

        Set<String> keys = new HashSet<>();
        for (Meter meter : registry.getMeters()) {
            if (meter.getId().syntheticAssociation() != null) {
                continue;
            }
            assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank();
            meter.getId().getTags().forEach(tag -> keys.add(tag.getKey()));
        }
        assertThat(keys)
                .containsExactlyInAnyOrder(
                        "model",
                        "variant",
                        "energy.source",
                        "reason",
                        "result",
                        "kind",
                        "route",
                        "arm",
                        "topic");
    }

    @Test
    void addsUpClosedWindowsAndHasNoModelledIdleEnergy() {
        EnergyMeters measured = new EnergyMeters(registry, registry, true);
        measured.closed(window("rapl", 10, 5, 3, 2));
        measured.closed(window("rapl", 20, 9, 7, 4));
        new EnergyMeters(registry, registry, false).closed(window("modelled", 1, 0, 1, 0));

        assertThat(joules("energy.idle", "rapl")).isEqualTo(14);
        assertThat(joules("energy.attributed", "rapl")).isEqualTo(10);
        assertThat(joules("energy.unattributed", "rapl")).isEqualTo(6);
        assertThat(joules("energy.attributed", "modelled")).isEqualTo(1);
        assertThat(registry.find("energy.idle").tag("energy.source", "modelled").meter()).isNull();
        assertThat(registry.find("energy.unattributed").tag("energy.source", "modelled").meter())
                .isNull();
    }

    private double joules(String name, String source) {
        return registry.get(name).tag("energy.source", source).counter().count();
    }

    private static EnergyWindow window(
            String source, double joules, double idle, double attributed, double unattributed) {
        return new EnergyWindow(
                "a",
                "host",
                source,
                1,
                0,
                1_000,
                1_000_000_000,
                joules,
                idle,
                attributed,
                unattributed,
                1_000_000_000,
                attributed,
                0);
    }

    @Test
    void countsRejectionsByReason() {
        NodeMeters meters = new NodeMeters(registry);

        meters.rejected(RejectionReason.CORRUPT_IMAGE);
        meters.rejected(RejectionReason.CORRUPT_IMAGE);

        assertThat(
                        registry.get("inference.rejected")
                                .tag("reason", "corrupt_image")
                                .counter()
                                .count())
                .isEqualTo(2);
        assertThat(registry.find("inference.rejected").counters())
                .hasSameSizeAs(RejectionReason.values());
    }

    @Test
    void countsRequestsAndKeepsTheHighestAttempt() {
        NodeMeters meters = new NodeMeters(registry);

        meters.decided(true);
        meters.decided(false);
        meters.decided(true);
        meters.started(0);
        meters.started(3);
        meters.started(2);

        assertThat(registry.get("control.requests").tag("result", "accepted").counter().count())
                .isEqualTo(2);
        assertThat(registry.get("control.requests").tag("result", "refused").counter().count())
                .isEqualTo(1);
        assertThat(registry.get("job.restarts").gauge().value()).isEqualTo(3);
    }

    @Test
    void takesTheAgeOfAFrameOfTheFutureForZero() {
        RouteMeters meters = new RouteMeters(registry);
        RouteResult single = new RouteResult("day", "single", null, null);

        meters.classified(single, -500, false);
        meters.classified(single, 250, true);

        assertThat(registry.get("frame.latency").tag("route", "day").timer().count()).isEqualTo(2);
        assertThat(registry.get("frame.latency").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(250);
        assertThat(registry.get("inference.late").tag("route", "day").counter().count())
                .isEqualTo(1);
        assertThat(registry.get("route.frames").tag("arm", "single").counter().count())
                .isEqualTo(2);
    }

    @Test
    void tellsTimesAndBatchesApartInFewBuckets() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ModelMeters meters = new ModelMeters(prometheus, MODEL);
        meters.classified(3, 700_000, 1, null);
        meters.classified(8, 70_000_000_000L, 1, null);

        String scraped = prometheus.scrape();

        String tags = "{model=\"resnet18-psd1_p16\",variant=\"PSD1_P16\",le=\"";
        assertThat(scraped)
                .contains("inference_latency_seconds_bucket" + tags + "5.0E-4\"} 0")
                .contains("inference_latency_seconds_bucket" + tags + "0.001\"} 1")
                .contains("inference_latency_seconds_bucket" + tags + "60.0\"} 1")
                .contains("inference_latency_seconds_bucket" + tags + "+Inf\"} 2")
                .contains("inference_batch_size_frames_bucket" + tags + "2.0\"} 0")
                .contains("inference_batch_size_frames_bucket" + tags + "4.0\"} 1")
                .contains("inference_batch_size_frames_bucket" + tags + "8.0\"} 2");
        assertThat(scraped.lines().filter(line -> line.startsWith("inference_latency_seconds_b")))
                .hasSize(19);
    }

    @Test
    void countsWhatCommitsCameTo() {
        TransactionMeters meters = new TransactionMeters(registry, "classifications");
        new TransactionMeters(registry, "rejected-frames");

        meters.ended(TransactionMeters.Result.COMMITTED);
        meters.ended(TransactionMeters.Result.LOST);

        assertThat(registry.find("transaction.commits").counters()).hasSize(10);
        assertThat(commits("committed")).isEqualTo(1);
        assertThat(commits("lost")).isEqualTo(1);
        assertThat(commits("fenced_at_restore")).isZero();
    }

    private double commits(String result) {
        return registry.get("transaction.commits")
                .tag("topic", "classifications")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void servesMetersToPrometheus() throws Exception {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new NodeMeters(prometheus).rejected(RejectionReason.EMPTY);

        try (MeterEndpoint endpoint =
                new MeterEndpoint(prometheus, "127.0.0.1", new PortRange(0, 0))) {
            HttpResponse<String> scraped =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://127.0.0.1:"
                                                                    + endpoint.port()
                                                                    + "/metrics"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());

            assertThat(scraped.statusCode()).isEqualTo(200);
            assertThat(scraped.body())
                    .contains("inference_rejected_frames_total{reason=\"empty\"} 1.0");
        }
    }

    @Test
    void isNotToBeReachedFromOutsideWhereItListensToTheLoopback() throws Exception {
        Optional<InetAddress> outside =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address -> address instanceof Inet4Address)
                        .filter(address -> !address.isLoopbackAddress())
                        .findFirst();
        assumeThat(outside).as("an address that is not the loopback's").isPresent();
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        try (MeterEndpoint endpoint =
                        new MeterEndpoint(prometheus, "127.0.0.1", new PortRange(0, 0));
                Socket socket = new Socket()) {
            InetSocketAddress there = new InetSocketAddress(outside.get(), endpoint.port());

            assertThatThrownBy(() -> socket.connect(there, 5000)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void takesTheNextPortOfARangeAndSaysWhenAllAreTaken() throws Exception {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (MeterEndpoint first =
                new MeterEndpoint(prometheus, "127.0.0.1", new PortRange(0, 0))) {
            int taken = first.port();

            assertThatThrownBy(
                            () ->
                                    new MeterEndpoint(
                                            prometheus, "127.0.0.1", new PortRange(taken, taken)))
                    .hasMessage(
                            "metrics.port was '"
                                    + taken
                                    + "-"
                                    + taken
                                    + "' but no port of it is free on 127.0.0.1; choose others, or"
                                    + " off");
        }
    }

    @Test
    void refusesPortsThatAreNone() {
        assertThatThrownBy(() -> new PortRange(10, 5))
                .hasMessage(
                        "ports were '10-5' but they must be between 0 and 65535, the lower one"
                                + " first");
        assertThatThrownBy(() -> new PortRange(0, 70_000))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
