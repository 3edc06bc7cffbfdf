package io.psconv.bench.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.jspecify.annotations.Nullable;

/**
 * The REST interface of a Flink session cluster, as Flink 2.3 documents it.
 *
 * <p>Its own client does not upload jars. Every failure is an {@link IOException} whose message has
 * the address and says what to do. For any thread.
 */
final class FlinkRest {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** For a jar on its way, and a {@code main} that asks Kafka and the model store. */
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final int NOT_FOUND = 404;
    private static final String CAUSED_BY = "Caused by: ";

    /** What the JVM throws where class files are missing or do not belong together. */
    private static final Pattern OTHER_CLASSES =
            Pattern.compile(
                    "(java\\.lang\\.)?(NoClassDefFoundError|ClassNotFoundException"
                            + "|NoSuch(Method|Field)Error|AbstractMethodError|VerifyError"
                            + "|IncompatibleClassChangeError|UnsupportedClassVersionError)\\b.*"
                            + "|java\\.io\\.InvalidClassException\\b.*"
                            + "|.*LinkageError\\b.*");

    private final URI address;
    private final HttpClient client;
    private final ObjectMapper mapper = new ObjectMapper();

    /**
     * Describes the interface.
     *
     * @param address as {@code http://host:port}, with a path where a proxy has one
     */
    FlinkRest(URI address) {
        this.address = URI.create(address.toString().replaceFirst("/+$", ""));
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT_LIMIT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
    }

    URI address() {
        return address;
    }

    /**
     * Sees that a Flink of our version answers, takes jars, and has room.
     *
     * @param slots that must be free
     */
    void check(int slots) throws IOException, InterruptedException {
        JsonNode config = get("/config");
        String version = config.path("flink-version").asText();
        if (version.isEmpty()) {
            throw new IOException(
                    "'"
                            + address
                            + "' answered, but not as Flink does; --flink must be the address of"
                            + " a JobManager's REST interface, like http://localhost:8081");
        }
        String own = EnvironmentInformation.getVersion();
        if (!minor(version).equals(minor(own))) {
            throw new IOException(
                    "Flink at "
                            + address
                            + " was of version "
                            + version
                            + " but the job is built for "
                            + minor(own)
                            + "; lay out a cluster with ./psconv layout");
        }
        if (!config.at("/features/web-submit").asBoolean(true)) {
            throw noUpload();
        }
        JsonNode overview = get("/overview");
        int free = overview.path("slots-available").asInt();
        if (free < slots) {
            throw new IOException(
                    String.format(
                            "Flink at %s had %d free slots of %d, on %d task managers, but"
                                    + " --parallelism asks for %d; cancel other jobs, start another"
                                    + " task manager, or ask for less",
                            address,
                            free,
                            overview.path("slots-total").asInt(),
                            overview.path("taskmanagers").asInt(),
                            slots));
        }
    }

    private static String minor(String version) {
        return version.replaceFirst("^(\\d+\\.\\d+).*$", "$1");
    }

    private IOException noUpload() {
        return new IOException(
                "Flink at "
                        + address
                        + " takes no jars: web.submit.enable is false, or flink-runtime-web is not"
                        + " in its lib");
    }

    /**
     * Uploads a jar.
     *
     * @return the cluster's name of it
     */
    String upload(Path jar) throws IOException, InterruptedException {
        String boundary = "psconv-" + UUID.randomUUID();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(
                ("--"
                                + boundary
                                + "\r\nContent-Disposition: form-data; name=\"jarfile\";"
                                + " filename=\""
                                + jar.getFileName()
                                + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n")
                        .getBytes(UTF_8));
        body.writeBytes(Files.readAllBytes(jar));
        body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(UTF_8));
        HttpResponse<String> response =
                send(
                        request("/jars/upload", START_LIMIT)
                                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                                .build());
        if (response.statusCode() == NOT_FOUND) {
            throw noUpload();
        }
        String file = answer(response).path("filename").asText();
        return file.substring(file.lastIndexOf('/') + 1);
    }

    /**
     * Starts a job from a jar.
     *
     * @param jar as {@link #upload} gave it
     * @param configuration of Flink, for this job alone
     */
    JobID run(String jar, BenchProgram program, int parallelism, Map<String, String> configuration)
            throws IOException, InterruptedException {
        String body =
                mapper.writeValueAsString(
                        Map.of(
                                "entryClass",
                                program.mainClass(),
                                "programArgsList",
                                program.arguments(),
                                "parallelism",
                                parallelism,
                                "flinkConfiguration",
                                configuration));
        JsonNode started =
                answer(
                        send(
                                request("/jars/" + encoded(jar) + "/run", START_LIMIT)
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString(body))
                                        .build()));
        return JobID.fromHexString(started.path("jobid").asText());
    }

    /** Removes a jar, if it is there. */
    void deleteJar(String jar) throws IOException, InterruptedException {
        HttpResponse<String> response =
                send(request("/jars/" + encoded(jar), ANSWER_LIMIT).DELETE().build());
        if (response.statusCode() != NOT_FOUND) {
            answer(response);
        }
    }

    /** Jobs that have not ended. */
    List<JobID> running(String namePrefix) throws IOException, InterruptedException {
        List<JobID> jobs = new ArrayList<>();
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            if (job.path("name").asText().startsWith(namePrefix)
                    && !JobStatus.valueOf(job.path("state").asText()).isGloballyTerminalState()) {
                jobs.add(JobID.fromHexString(job.path("jid").asText()));
            }
        }
        return jobs;
    }

    JobStatus status(JobID job) throws IOException, InterruptedException {
        return JobStatus.valueOf(get("/jobs/" + job).path("state").asText());
    }

    /** Whether every subtask of a job runs, which is later than its own state says. */
    boolean isRunning(JobID job) throws IOException, InterruptedException {
        JsonNode details = get("/jobs/" + job);
        return details.path("state").asText().equals(JobStatus.RUNNING.name())
                && StreamSupport.stream(details.path("vertices").spliterator(), false)
                        .allMatch(
                                vertex ->
                                        vertex.at("/tasks/RUNNING").asInt()
                                                        + vertex.at("/tasks/FINISHED").asInt()
                                                == vertex.path("parallelism").asInt());
    }

    /** What made a job fail, as its innermost cause says it. */
    String failure(JobID job) throws IOException, InterruptedException {
        JsonNode entries =
                get("/jobs/" + job + "/exceptions?maxExceptions=1").at("/exceptionHistory/entries");
        String trace = entries.path(0).path("stacktrace").asText();
        return trace.isEmpty() ? "it ended without a failure" : cause(trace);
    }

    /** Asks a job to end; it has not yet when this returns. */
    void cancel(JobID job) throws IOException, InterruptedException {
        answer(
                send(
                        request("/jobs/" + job + "?mode=cancel", ANSWER_LIMIT)
                                .method("PATCH", BodyPublishers.noBody())
                                .build()));
    }

    CheckpointTimes checkpoints(JobID job) throws IOException, InterruptedException {
        return CheckpointTimes.of(client, address.toString(), job);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return answer(send(request(path, ANSWER_LIMIT).GET().build()));
    }

    private HttpRequest.Builder request(String path, Duration limit) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(limit);
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IOException(
                    "no Flink answered at '"
                            + address
                            + "' ("
                            + (e.getMessage() == null
                                    ? e.getClass().getSimpleName()
                                    : e.getMessage())
                            + "); check --flink",
                    e);
        }
    }

    private JsonNode answer(HttpResponse<String> response) throws IOException {
        @Nullable JsonNode answer = parsed(response.body());
        if (response.statusCode() >= OK && response.statusCode() < REDIRECT && answer != null) {
            return answer;
        }
        if (answer == null || !answer.has("errors")) {
            throw new IOException(
                    "'"
                            + response.uri()
                            + "' answered with status "
                            + response.statusCode()
                            + ", but not as Flink does; --flink must be the address of a"
                            + " JobManager's REST interface, like http://localhost:8081");
        }
        StringBuilder errors = new StringBuilder();
        answer.path("errors").forEach(error -> errors.append(error.asText()).append('\n'));
        throw new IOException("Flink at " + address + " refused: " + cause(errors.toString()));
    }

    private @Nullable JsonNode parsed(String body) {
        try {
            JsonNode parsed = mapper.readTree(body);
            return parsed.isObject() ? parsed : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** The innermost cause that a stack trace names, and what to do if classes do not fit. */
    private static String cause(String trace) {
        List<String> lines = trace.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        String innermost =
                lines.stream()
                        .filter(line -> line.startsWith(CAUSED_BY))
                        .reduce((first, second) -> second)
                        .map(line -> line.substring(CAUSED_BY.length()))
                        .orElseGet(
                                () ->
                                        lines.stream()
                                                .filter(line -> !line.startsWith("at "))
                                                .findFirst()
                                                .orElse("it does not say why"));
        return Stream.concat(Stream.of(innermost), lines.stream())
                        .anyMatch(line -> OTHER_CLASSES.matcher(unprefixed(line)).matches())
                ? innermost
                        + "; the cluster lacks what the job needs, or has another version of it: its"
                        + " lib must be that of this version's ./psconv layout, with --engine for a"
                        + " dense peer, and its Java 17 or newer"
                : innermost;
    }

    private static String unprefixed(String line) {
        return line.startsWith(CAUSED_BY) ? line.substring(CAUSED_BY.length()) : line;
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, UTF_8).replace("+", "%20");
    }
}
