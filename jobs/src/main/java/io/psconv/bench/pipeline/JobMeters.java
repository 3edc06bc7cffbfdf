package io.psconv.bench.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * What the job's Prometheus endpoint shows of its own processor time.
 *
 * @param networkSeconds of networks
 * @param decodeSeconds of decoding frames
 */
record JobMeters(double networkSeconds, double decodeSeconds) {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /**
     * Asks an endpoint of this machine.
     *
     * @throws IOException if it does not answer
     */
    static JobMeters scrape(HttpClient client, int port) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                        .timeout(LIMIT)
                        .build();
        return parse(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /** Adds up what the text says, of all models; 0 of what it does not show. */
    static JobMeters parse(String text) {
        return new JobMeters(
                sum(text, "inference_cpu_time_seconds_total"),
                sum(text, "frame_decode_cpu_time_seconds_total"));
    }

    private static double sum(String text, String meter) {
        return text.lines()
                .filter(line -> line.startsWith(meter + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What came since an earlier reading. */
    JobMeters since(JobMeters earlier) {
        return new JobMeters(
                networkSeconds - earlier.networkSeconds, decodeSeconds - earlier.decodeSeconds);
    }
}
