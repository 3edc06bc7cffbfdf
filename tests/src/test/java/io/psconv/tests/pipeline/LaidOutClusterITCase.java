package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.bench.CommittedRecords;
import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.layout.ClusterLibraries;
import io.psconv.layout.ClusterSettings;
import io.psconv.layout.Extra;
import io.psconv.layout.FlinkFolder;
import io.psconv.layout.MemoryDemand;
import io.psconv.layout.MemoryPlan;
import io.psconv.layout.ModelFootprint;
import io.psconv.layout.ProjectJars;
import io.psconv.local.EmbeddedBroker;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder as {@code psconv layout} writes it, started by its own scripts and by nothing else. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LaidOutClusterITCase {
    private static final String MODEL = "resnet20-dense";
    private static final int FRAMES = 200;

    private final List<Process> processes = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path temporary;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private FlinkFolder folder;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private MemoryPlan memory;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private EmbeddedBroker broker;

    @BeforeEach
    void layOut() throws Exception {
        broker = EmbeddedBroker.start();
        broker.createTopic("frames", 4);
        broker.createTopic("classifications", 4);
        broker.createTopic("rejected-frames", 1);
        ModelStore store = new ModelStore(Pipeline.STORE);
        StoredModel model = store.resolve(MODEL);
        ModelFootprint footprint =
                ModelFootprint.measure(
                        model.reference(),
                        Files.size(model.path()),
                        store.read(model),
                        new JvmEngine(ConvolutionForms.choose("auto", true)),
                        32);
        MemoryPlan plan =
                MemoryPlan.of(MemoryDemand.of(2, List.of(footprint), ClassifyOptions.of(job())));
        // Of a path with a space only what scripts quote arrives whole.
        folder = new FlinkFolder(temporary.resolve("a folder"));
        write(Set.of(), plan);
        folder.addModel(model);
    }

    private void write(Set<Extra> extras, MemoryPlan plan) throws IOException {
        memory = plan;
        folder.writeLibraries(
                ClusterLibraries.ofThisJvm(),
                ProjectJars.find(),
                extras,
                FlinkFolder.Placement.COPY);
        folder.writeConfiguration(
                new ClusterSettings(
                        "127.0.0.1", 2, 2, folder.root().resolve("checkpoints").toUri(), memory),
                Map.of(
                        ClassifyConfigOptions.CLASSIFY_MODEL.key(),
                        MODEL,
                        ClassifyConfigOptions.DECODE_MAX_PIXELS.key(),
                        "1000000"));
    }

    private static Configuration job() {
        Configuration job = new Configuration();
        job.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, "127.0.0.1:9092");
        job.set(ClassifyConfigOptions.CLASSIFY_STORE, "store");
        job.set(ClassifyConfigOptions.CLASSIFY_MODEL, MODEL);
        job.set(ClassifyConfigOptions.DECODE_MAX_PIXELS, 1_000_000L);
        return job;
    }

    @AfterEach
    void end() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        broker.close();
    }

    @Test
    void classifiesWhatIsSentOnceTheJobIsSubmitted() throws Exception {
        List<Integer> ports = ports();
        start(ports, "jobmanager");
        start(ports, "taskmanager");

        Pipeline.await("the job is submitted", () -> submit(ports) == 0);

        assertAnswers(0);
    }

    /** Not a class that is not found, wherever the first of them happens to be needed. */
    @Test
    void saysThatTheLibraryOfTheJobIsMissing() throws Exception {
        Files.delete(folder.lib().resolve("psconv-node.jar"));

        Process client = script(ports(), "submit", kafka());

        assertThat(client.waitFor(60, TimeUnit.SECONDS)).as(this::said).isTrue();
        assertThat(client.exitValue()).isNotZero();
        assertThat(Files.readString(temporary.resolve("submit.log")))
                .contains("psconv-node.jar was not found in lib/")
                .contains("lay the cluster out again with psconv layout");
    }

    @Test
    @Tag("chaos")
    void classifiesAsAnApplication() throws Exception {
        List<Integer> ports = ports();
        start(ports, "standalone-job", "--", kafka());
        start(ports, "taskmanager");

        assertAnswers(0);
    }

    /** Flink's own client plans the queries, in a process of its own; nothing brings a jar. */
    @Test
    @Tag("chaos")
    void classifiesInSqlThroughFlinksClient() throws Exception {
        write(Set.of(Extra.SQL), memory.withSql(2));
        broker.createTopic("labels", 1);
        broker.createTopic("minutes", 1);
        new OpenLoopProducer(broker.bootstrapServers(), "frames", 4, 8, 10_000)
                .send(FRAMES, Samples::png, System.currentTimeMillis());
        Path statements = Files.writeString(temporary.resolve("query.sql"), statements());
        List<Integer> ports = ports();
        start(ports, "jobmanager");
        start(ports, "taskmanager");

        Pipeline.await("the query is submitted", () -> sql(ports, statements));

        List<JsonNode> labels = new ArrayList<>();
        List<JsonNode> minutes = new ArrayList<>();
        try (CommittedRecords records =
                new CommittedRecords(broker.bootstrapServers(), List.of("labels", "minutes"))) {
            Pipeline.await(
                    "an answer for each frame, and its minute",
                    () -> {
                        assertThat(processes).as(this::said).allMatch(Process::isAlive);
                        records.poll(
                                record ->
                                        (record.topic().equals("labels") ? labels : minutes)
                                                .add(json(record.value())));
                        return labels.size() == FRAMES && images(minutes) == FRAMES;
                    });
        }
        assertThat(labels)
                .allSatisfy(
                        answer -> {
                            assertThat(answer.path("label").asText())
                                    .isIn(Samples.IMAGES.classes());
                            assertThat(answer.path("score").asDouble()).isBetween(0.1, 1.0);
                            assertThat(answer.path("model").asText()).isEqualTo(MODEL);
                        });
        // The job's own jar goes before the one in lib, which has the same classes.
        Pipeline.await("the job is submitted", () -> submit(ports) == 0);
        assertAnswers(FRAMES);
    }

    /** A bounded query, of which the second part needs managed memory. */
    private String statements() {
        String kafka =
                "'connector' = 'kafka', 'properties.bootstrap.servers' = '"
                        + broker.bootstrapServers()
                        + "'";
        return """
        SET 'execution.checkpointing.interval' = '500 ms';
        CREATE TABLE frames (
          camera STRING, payload BYTES, due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
          WATERMARK FOR due AS due
        ) WITH (
          'topic' = 'frames', 'scan.startup.mode' = 'earliest-offset',
          'scan.bounded.mode' = 'latest-offset', 'key.format' = 'raw', 'key.fields' = 'camera',
          'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY', %1$s);
        CREATE MODEL pictures INPUT (payload BYTES)
        OUTPUT (label STRING, score FLOAT, `model` STRING)
        WITH ('provider' = 'psconv', 'store' = '%2$s', 'model' = '%3$s', 'metrics.port' = 'off');
        CREATE TABLE labels (camera STRING, label STRING, score FLOAT, `model` STRING)
        WITH ('topic' = 'labels', 'format' = 'json', %1$s);
        CREATE TABLE minutes (`start` TIMESTAMP(3), label STRING, images BIGINT)
        WITH ('topic' = 'minutes', 'format' = 'json', %1$s);
        CREATE TEMPORARY VIEW answers AS
        SELECT camera, due, label, score, `model`
        FROM ML_PREDICT(TABLE frames, MODEL pictures, DESCRIPTOR(payload),
            MAP['max-concurrent-operations', '64']);
        EXECUTE STATEMENT SET BEGIN
        INSERT INTO labels SELECT camera, label, score, `model` FROM answers;
        INSERT INTO minutes SELECT window_start, label, COUNT(*)
        FROM TUMBLE(TABLE answers, DESCRIPTOR(due), INTERVAL '1' MINUTE)
        GROUP BY window_start, window_end, label;
        END;
        """
                .formatted(kafka, folder.store(), MODEL);
    }

    /** Whether Flink's client submitted the statements; it cannot while no JobManager listens. */
    private boolean sql(List<Integer> ports, Path statements) throws Exception {
        Process client =
                script(
                        ports,
                        "sql-client",
                        "-hist",
                        temporary.resolve("history").toString(),
                        "-f",
                        statements.toString());
        assertThat(client.waitFor(120, TimeUnit.SECONDS)).as(this::said).isTrue();
        assertThat(processes).as(this::said).allMatch(Process::isAlive);
        String log = Files.readString(temporary.resolve("sql-client.log"));
        if (log.contains("Job ID: ")) {
            assertThat(log).contains("successfully submitted");
            return true;
        }
        // Anything else that is wrong would not mend itself.
        assertThat(log).as(this::said).containsAnyOf("Connection refused", "Could not connect");
        return false;
    }

    private static long images(List<JsonNode> minutes) {
        return minutes.stream().mapToLong(minute -> minute.path("images").asLong()).sum();
    }

    private static JsonNode json(byte[] value) {
        try {
            return new ObjectMapper().readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends frames, of which each gets its answer.
     *
     * @param before frames in the topic already
     */
    private void assertAnswers(int before) throws Exception {
        try (ResultReader results =
                new ResultReader(broker.bootstrapServers(), "classifications", "rejected-frames")) {
            new OpenLoopProducer(broker.bootstrapServers(), "frames", 4, 8, 10_000)
                    .send(FRAMES, Samples::png, System.currentTimeMillis());
            Pipeline.await(
                    FRAMES + before + " answers",
                    () -> {
                        assertThat(processes).as(this::said).allMatch(Process::isAlive);
                        results.poll();
                        return results.results() == FRAMES + before;
                    });
            assertThat(results.rejected()).isEmpty();
            assertThat(results.inOrderOfArrival())
                    .allSatisfy(
                            answer -> {
                                assertThat(answer.model().name()).isEqualTo(MODEL);
                                assertThat(answer.model().engine()).isEqualTo("jvm");
                            });
        }
    }

    /** The client's status; not zero while no JobManager listens. */
    private int submit(List<Integer> ports) throws Exception {
        Process client = script(ports, "submit", kafka());
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).as(this::said).isTrue();
        assertThat(processes).as(this::said).allMatch(Process::isAlive);
        return client.exitValue();
    }

    private String kafka() {
        return "-Dkafka.bootstrap-servers=" + broker.bootstrapServers();
    }

    private void start(List<Integer> ports, String name, String... arguments) throws Exception {
        processes.add(script(ports, name, arguments));
    }

    /** Runs a script of the folder with nothing of this JVM's surroundings but Java. */
    private Process script(List<Integer> ports, String name, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(folder.root().resolve("bin").resolve(name + ".sh").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(temporary.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        temporary.resolve(name + ".log").toFile()));
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put(
                        "FLINK_PROPERTIES",
                        "jobmanager.rpc.port: "
                                + ports.get(0)
                                + "\nrest.port: "
                                + ports.get(1)
                                + "\n\n# tmp\nio.tmp.dirs: "
                                + temporary.resolve("tmp"));
        return builder.start();
    }

    private String said() {
        StringBuilder said = new StringBuilder();
        for (String name :
                List.of("jobmanager", "standalone-job", "taskmanager", "submit", "sql-client")) {
            Path log = temporary.resolve(name + ".log");
            try {
                if (Files.exists(log)) {
                    List<String> lines = Files.readAllLines(log);
                    said.append(name).append('\n');
                    lines.subList(Math.max(0, lines.size() - 40), lines.size())
                            .forEach(line -> said.append(line).append('\n'));
                }
            } catch (IOException e) {
                said.append(log).append(": ").append(e);
            }
        }
        return said.toString();
    }

    /** Two that nobody listened at a moment ago. */
    private static List<Integer> ports() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket first = new ServerSocket(0, 1, loopback);
                ServerSocket second = new ServerSocket(0, 1, loopback)) {
            return List.of(first.getLocalPort(), second.getLocalPort());
        }
    }
}
