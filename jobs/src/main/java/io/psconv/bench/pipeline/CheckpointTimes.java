package io.psconv.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.flink.api.common.JobID;

/** How long a job's checkpoints took from trigger to completion, in milliseconds. */
record CheckpointTimes(double p50, double max) {
    /**
     * Asks Flink.
     *
     * @param rest where the JobManager listens, as {@code http://host:port}
     * @throws IOException if it does not answer, or answers otherwise than its documentation says
     */
    static CheckpointTimes of(HttpClient client, String rest, JobID job)
            throws IOException, InterruptedException {
        URI uri = URI.create(rest + "/jobs/" + job + "/checkpoints");
        String body =
                client.send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        JsonNode durations = new ObjectMapper().readTree(body).at("/summary/end_to_end_duration");
        if (!durations.path("p50").isNumber() || !durations.path("max").isNumber()) {
            throw new IOException(uri + " has no summary of durations but '" + body + "'");
        }
        return new CheckpointTimes(
                durations.get("p50").asDouble(), durations.get("max").asDouble());
    }
}
