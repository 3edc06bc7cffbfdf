package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.psconv.operator.metrics.ModelMeters;
import io.psconv.operator.record.ModelIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JobMetersTest {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void addsUpTheModelsOfARealRegistry() throws Exception {
        use("one", 2_000_000_000L, 250_000_000L);
        JobMeters before = scrape();
        use("two", 500_000_000L, 1_000_000_000L);
        use("one", 1_000_000_000L, 0);

        assertThat(before).isEqualTo(new JobMeters(2, 0.25));
        assertThat(scrape().since(before)).isEqualTo(new JobMeters(1.5, 1));
    }

    @Test
    void isNothingWhereNothingIsShown() {
        assertThat(JobMeters.parse("")).isEqualTo(new JobMeters(0, 0));
    }

    private void use(String model, long networkNanos, long decodeNanos) {
        ModelMeters meters =
                new ModelMeters(registry, new ModelIdentity(model, 1, "abc", "dense", "jvm"));
        meters.classified(1, 1, networkNanos, null);
        meters.decoded(1, decodeNanos);
    }

    private JobMeters scrape() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/metrics",
                exchange -> {
                    byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            return JobMeters.scrape(HttpClient.newHttpClient(), server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }
}
