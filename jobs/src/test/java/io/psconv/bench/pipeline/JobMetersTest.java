package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A real endpoint is asked in {@code PipelineBenchITCase}. */
class JobMetersTest {
    @Test
    void addsUpTheModels() throws Exception {
        JobMeters before =
                scrape(
                        """
                        # HELP inference_cpu_time_seconds_total Processor time of the network
                        # TYPE inference_cpu_time_seconds_total counter
                        inference_cpu_time_seconds_total{model="one",variant="dense"} 2.0
                        # TYPE frame_decode_cpu_time_seconds_total counter
                        frame_decode_cpu_time_seconds_total{model="one",variant="dense"} 0.25
                        """);
        JobMeters after =
                scrape(
                        """
                        inference_cpu_time_seconds_total{model="one",variant="dense"} 3.0
                        inference_cpu_time_seconds_total{model="two",variant="PS1_P9"} 5.0E-1
                        frame_decode_cpu_time_seconds_total{model="one",variant="dense"} 0.25
                        frame_decode_cpu_time_seconds_total{model="two",variant="PS1_P9"} 1.0
                        inference_cpu_time_seconds_created{model="one"} 1.7E9
                        """);

        assertThat(before).isEqualTo(new JobMeters(2, 0.25));
        assertThat(after.since(before)).isEqualTo(new JobMeters(1.5, 1));
    }

    @Test
    void isNothingWhereNothingIsShown() {
        assertThat(JobMeters.parse("")).isEqualTo(new JobMeters(0, 0));
    }

    private static JobMeters scrape(String text) throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/metrics",
                exchange -> {
                    byte[] body = text.getBytes(StandardCharsets.UTF_8);
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
