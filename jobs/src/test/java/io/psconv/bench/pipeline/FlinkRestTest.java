package io.psconv.bench.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a cluster is said in one message; a stand-in answers as Flink does. */
class FlinkRestTest {
    private static final String JOB = "00000000000000000000000000000abc";

    private final Map<String, String> answers = new HashMap<>();
    private final Map<String, String> received = new HashMap<>();
    private int status = 200;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private HttpServer server;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private FlinkRest rest;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
                    received.put(
                            request, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    byte[] body =
                            answers.getOrDefault(request, "{\"errors\":[\"Not found\"]}")
                                    .getBytes(UTF_8);
                    exchange.sendResponseHeaders(
                            answers.containsKey(request) ? status : 404, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        rest = new FlinkRest(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
        answers.put(
                "GET /config",
                "{\"flink-version\":\""
                        + EnvironmentInformation.getVersion()
                        + "\",\"features\":{\"web-submit\":true}}");
        answers.put(
                "GET /overview", "{\"taskmanagers\":1,\"slots-total\":4,\"slots-available\":2}");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void isContentWithAClusterOfItsVersionWithRoom() throws Exception {
        rest.check(2);

        assertThat(received).containsOnlyKeys("GET /config", "GET /overview");
    }

    @Test
    void refusesAClusterWithTooFewFreeSlots() {
        assertThatThrownBy(() -> rest.check(3))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Flink at %s had 2 free slots of 4, on 1 task managers, but --parallelism"
                                + " asks for 3; cancel other jobs, start another task manager, or"
                                + " ask for less",
                        rest.address());
    }

    @Test
    void refusesAnotherVersion() {
        answers.put("GET /config", "{\"flink-version\":\"1.20.1\"}");

        assertThatThrownBy(() -> rest.check(1))
                .hasMessageContaining("was of version 1.20.1 but the job is built for 2.")
                .hasMessageEndingWith("; lay out a cluster with ./psconv layout");
    }

    @Test
    void refusesAClusterThatTakesNoJars() {
        answers.computeIfPresent(
                "GET /config", (request, config) -> config.replace("true", "false"));

        assertThatThrownBy(() -> rest.check(1))
                .hasMessageContaining("takes no jars: web.submit.enable is false");
    }

    @Test
    void refusesWhatIsNoFlink() {
        answers.put("GET /config", "<html>hello</html>");

        assertThatThrownBy(() -> rest.check(1))
                .hasMessageContaining("answered with status 200, but not as Flink does; --flink");
    }

    @Test
    void saysWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        FlinkRest nobody = new FlinkRest(URI.create("http://127.0.0.1:" + port));

        assertThatThrownBy(() -> nobody.check(1))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(
                        "no Flink answered at 'http://127.0.0.1:"
                                + port
                                + "' \\(.+\\); check --flink");
    }

    @Test
    void startsAJobFromAnUploadedJar(@TempDir Path folder) throws Exception {
        Path jar = Files.writeString(folder.resolve("job.jar"), "content");
        answers.put(
                "POST /jars/upload",
                "{\"filename\":\"/tmp/flink-web-upload/1f_job.jar\",\"status\":\"success\"}");
        answers.put("POST /jars/1f_job.jar/run", "{\"jobid\":\"" + JOB + "\"}");

        String uploaded = rest.upload(jar);
        JobID job =
                rest.run(
                        uploaded,
                        new BenchProgram("Main", List.of("-Da=b")),
                        2,
                        Map.of("restart-strategy.type", "disable"));

        assertThat(job).isEqualTo(JobID.fromHexString(JOB));
        assertThat(received.get("POST /jars/upload"))
                .contains("name=\"jarfile\"; filename=\"job.jar\"", "\r\n\r\ncontent\r\n--");
        assertThat(received.get("POST /jars/1f_job.jar/run"))
                .contains("\"programArgsList\":[\"-Da=b\"]", "\"parallelism\":2")
                .contains("\"flinkConfiguration\":{\"restart-strategy.type\":\"disable\"}");
    }

    @Test
    void saysThatTheLibrariesAreOthers() {
        status = 500;
        answers.put(
                "POST /jars/a/run",
                "{\"errors\":[\"Internal server error.\",\"<Exception on server side:\\n"
                        + "java.util.concurrent.CompletionException: x\\n\\tat a.b(C.java:1)\\n"
                        + "Caused by: java.lang.NoSuchMethodError: io.psconv.model.X.y()\\n"
                        + "\\t... 3 more\\nEnd of exception on server side>\"]}");

        assertThatThrownBy(() -> rest.run("a", new BenchProgram("Main", List.of()), 1, Map.of()))
                .hasMessageContaining(
                        "refused: java.lang.NoSuchMethodError: io.psconv.model.X.y(); the cluster"
                                + " lacks what the job needs, or has another version of it: its lib"
                                + " must be that of this version's ./psconv layout");
    }

    @Test
    void findsTheJobsOfARunByTheirNames() throws Exception {
        answers.put(
                "GET /jobs/overview",
                "{\"jobs\":[{\"jid\":\""
                        + JOB
                        + "\",\"name\":\"run-1\",\"state\":\"RUNNING\"},{\"jid\":\""
                        + JOB.replace('a', 'b')
                        + "\",\"name\":\"run-2\",\"state\":\"CANCELED\"},{\"jid\":\""
                        + JOB.replace('a', 'c')
                        + "\",\"name\":\"another\",\"state\":\"RUNNING\"}]}");

        assertThat(rest.running("run-")).containsExactly(JobID.fromHexString(JOB));
    }

    @Test
    void tellsTheInnermostCauseOfAFailure() throws Exception {
        answers.put(
                "GET /jobs/" + JOB + "/exceptions?maxExceptions=1",
                "{\"exceptionHistory\":{\"entries\":[{\"stacktrace\":\"a.B: outer\\n\\tat c.D\\n"
                        + "Caused by: e.F: inner\\n\\t... 1 more\"}]}}");

        assertThat(rest.failure(JobID.fromHexString(JOB))).isEqualTo("e.F: inner");
    }

    @Test
    void knowsAJobAsRunningOnceAllItsSubtasksAre() throws Exception {
        String vertex = "{\"parallelism\":2,\"tasks\":{\"RUNNING\":%d,\"FINISHED\":0}}";
        String job = "{\"state\":\"RUNNING\",\"vertices\":[" + vertex + "]}";
        answers.put("GET /jobs/" + JOB, String.format(job, 1));
        assertThat(rest.isRunning(JobID.fromHexString(JOB))).isFalse();

        answers.put("GET /jobs/" + JOB, String.format(job, 2));
        assertThat(rest.isRunning(JobID.fromHexString(JOB))).isTrue();
    }
}
