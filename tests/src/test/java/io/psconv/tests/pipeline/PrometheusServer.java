package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.tests.monitoring.MonitoringFiles;
import io.psconv.tests.monitoring.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Prometheus of this machine's, on the loopback, that asks two endpoints each second. */
final class PrometheusServer implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one; without the program the test is skipped.
     *
     * @param folder for all it writes
     * @param psconvPort of the job's endpoint
     * @param flinkPort of Flink's reporter
     */
    static PrometheusServer start(Path folder, int psconvPort, int flinkPort) throws Exception {
        Path program = Programs.ofPrometheus("prometheus");
        int port = MeteredRun.freePort();
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, configuration(psconvPort, flinkPort));
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port,
                                "--log.level=warn")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("prometheus.log").toFile())
                        .start();
        PrometheusServer server = new PrometheusServer(process, port);
        boolean ready = false;
        try {
            Pipeline.await("Prometheus is ready", server::isReady);
            ready = true;
            return server;
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    private static String configuration(int psconvPort, int flinkPort) {
        return """
               global:
                 scrape_interval: 1s
                 scrape_timeout: 1s
                 evaluation_interval: 1s
               rule_files:
                 - '%s'
               scrape_configs:
                 - job_name: psconv
                   static_configs: [{targets: ['127.0.0.1:%d']}]
                 - job_name: flink
                   static_configs: [{targets: ['127.0.0.1:%d']}]
               """
                .formatted(
                        MonitoringFiles.prometheus().resolve("alerts.yml").toAbsolutePath(),
                        psconvPort,
                        flinkPort);
    }

    private boolean isReady() throws InterruptedException {
        assertThat(process.isAlive()).as("Prometheus runs").isTrue();
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            // It does not listen yet.
            return false;
        }
    }

    /** Series that a query gives now. */
    JsonNode query(String query) throws IOException, InterruptedException {
        return data("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .path("result");
    }

    /** The value of a query that gives one number; NaN if it gives nothing. */
    double number(String query) throws IOException, InterruptedException {
        JsonNode result = query(query);
        assertThat(result.size()).as(query).isLessThanOrEqualTo(1);
        return result.isEmpty()
                ? Double.NaN
                : Double.parseDouble(result.get(0).path("value").get(1).asText());
    }

    /** Rules as Prometheus has them, with their state. */
    JsonNode rules() throws IOException, InterruptedException {
        return data("/api/v1/rules").path("groups");
    }

    private JsonNode data(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body()).path("data");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
