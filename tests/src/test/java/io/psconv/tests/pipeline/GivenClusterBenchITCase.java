package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.cli.Psconv;
import io.psconv.local.ProcessCluster;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.store.ModelStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The measurement on a Kafka and a Flink that were there before it, and stay behind it. */
@Tag("chaos")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class GivenClusterBenchITCase {
    private static final String PREFIX = "psconv-bench-";
    private static final int JUDGED = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static ProcessCluster cluster;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Admin admin;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = ProcessCluster.start(1, 2, null);
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", cluster.bootstrapServers());
        admin = Admin.create(properties);
    }

    @AfterAll
    static void end() {
        admin.close();
        cluster.close();
    }

    @Test
    void measuresOnBothAndLeavesNothingBehind(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("results.json");
        Path html = folder.resolve("report.html");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int status =
                run(
                        out,
                        err,
                        "--flink=" + cluster.restAddress(),
                        "--json=" + json,
                        "--html=" + html);

        assertThat(status).as(err.toString()).isZero();
        assertNothingIsLeft();
        JsonNode results = JSON.readTree(json.toFile());
        assertThat(results.get("complete").asBoolean()).isTrue();
        assertThat(results.at("/settings/kafka").asText()).isEqualTo("given");
        assertThat(results.at("/settings/flink").asText()).isEqualTo("given");
        assertThat(results.get("skipped")).isEmpty();
        JsonNode cell = results.at("/cells/0");
        assertAnswers(cell);
        assertThat(cell.get("checkpointMillis").get("p50").asDouble()).isPositive();
        if (!cell.has("framesPerSecond")) {
            assertThat(out.toString()).contains("no load was sustained");
            return;
        }
        assertThat(cell.get("cpuMicrosPerFrame")).isNotEmpty().allMatch(JsonNode::isNull);
        assertThat(cell.get("brokerCpuMicrosPerFrame").isNull()).isTrue();
        assertThat(cell.get("generatorCpuMicrosPerFrame").asDouble()).isPositive();
        assertThat(cell.at("/latencyMillis/p50").asDouble()).isPositive();
        assertThat(out.toString()).contains("by its answers: queue").doesNotContain("goal at most");
        assertThat(html).content().contains("whose processes could not be measured");
    }

    @Test
    void measuresFlinksProcessesHereOnAGivenKafka(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("results.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int status = run(out, err, "--json=" + json);

        assertThat(status).as(err.toString()).isZero();
        assertNothingIsLeft();
        JsonNode results = JSON.readTree(json.toFile());
        assertThat(results.at("/settings/kafka").asText()).isEqualTo("given");
        assertThat(results.at("/settings").has("flink")).isFalse();
        JsonNode cell = results.at("/cells/0");
        assertAnswers(cell);
        if (cell.has("framesPerSecond")) {
            JsonNode cpu = cell.get("cpuMicrosPerFrame");
            assertThat(cpu.get("network").asDouble()).isPositive();
            assertThat(cpu.get("total").asDouble()).isGreaterThan(cpu.get("network").asDouble());
            assertThat(cell.get("brokerCpuMicrosPerFrame").isNull()).isTrue();
        }
    }

    @Test
    void leavesNothingBehindWhenInterrupted(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--add-modules=jdk.incubator.vector",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Psconv.class.getName()));
        // Far longer than it will be let run.
        command.addAll(arguments("--flink=" + cluster.restAddress(), "--rounds=50", "--point=30s"));
        Process bench =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            Pipeline.await(
                    "the job runs on topics of the benchmark",
                    () -> {
                        assertThat(bench.isAlive()).as(Files.readString(log)).isTrue();
                        return topics().size() == 3 && !jobs("RUNNING").isEmpty();
                    });
            Process interrupt =
                    new ProcessBuilder("kill", "-INT", Long.toString(bench.pid())).start();
            assertThat(interrupt.waitFor()).isZero();

            assertThat(bench.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            bench.destroyForcibly();
        }

        assertThat(bench.exitValue()).as(Files.readString(log)).isEqualTo(130);
        assertNothingIsLeft();
    }

    private static void assertAnswers(JsonNode cell) throws Exception {
        assertThat(cell.get("frames").asLong()).isPositive();
        // Of the very images, each once, whatever the loads were; the engine gives the same bits.
        assertThat(cell.get("accuracyFrames").asInt()).isEqualTo(JUDGED);
        assertThat(cell.get("accuracy").asDouble()).isEqualTo((double) right() / JUDGED);
        assertThat(cell.get("joulesPerFrame").asDouble()).isPositive();
        assertThat(cell.get("energySource").asText()).isNotBlank();
        assertThat(cell.at("/batchSize/mean").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(cell.at("/answerMicrosPerFrame/inference").asDouble()).isPositive();
        assertThat(cell.at("/answerMicrosPerFrame/decode").asDouble()).isPositive();
        assertThat(cell.at("/answerMicrosPerFrame/queue").asDouble()).isPositive();
    }

    /** How many of the first images the model gets right without any pipeline. */
    private static int right() throws Exception {
        ModelStore store = new ModelStore(Pipeline.STORE);
        CompressedModel model = store.read(store.resolve("resnet20-dense"));
        float[][] tables = Samples.IMAGES.tables(model.metadata().normalisation());
        float[] input = new float[Samples.IMAGES.shape().length()];
        float[] logits = new float[model.network().classes()];
        int right = 0;
        try (LoadedModel loaded = new JvmEngine(ConvolutionForms.choose("auto", true)).load(model);
                Classifier classifier = loaded.newClassifier(1)) {
            for (int image = 0; image < JUDGED; image++) {
                Samples.IMAGES.copyInput(image, tables, input, 0);
                classifier.classify(input, 1, logits);
                int best = 0;
                for (int label = 1; label < logits.length; label++) {
                    best = logits[label] > logits[best] ? label : best;
                }
                right += best == Samples.IMAGES.label(image) ? 1 : 0;
            }
        }
        return right;
    }

    private static int run(StringWriter out, StringWriter err, String... more) {
        return Psconv.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                arguments(more).toArray(String[]::new));
    }

    private static List<String> arguments(String... more) {
        Path images = Pipeline.STORE.resolveSibling("samples").resolve("cifar10-test-2000.png");
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "bench",
                                "pipeline",
                                "--quick",
                                "--models=resnet20-dense",
                                "--engines=jvm",
                                "--parallelism=1",
                                "--cameras=3",
                                "--accuracy-frames=" + JUDGED,
                                "--bootstrap-servers=" + cluster.bootstrapServers(),
                                "--store=" + Pipeline.STORE,
                                "--data=" + images));
        List<String> given = List.of(more);
        arguments.addAll(given);
        if (given.stream().noneMatch(argument -> argument.startsWith("--point"))) {
            arguments.add("--point=2s");
        }
        return arguments;
    }

    private static void assertNothingIsLeft() throws Exception {
        assertThat(topics()).isEmpty();
        assertThat(admin.listGroups().all().get().stream().map(GroupListing::groupId))
                .noneMatch(group -> group.startsWith(PREFIX));
        for (String state : List.of("CREATED", "RUNNING", "RESTARTING", "CANCELLING")) {
            assertThat(jobs(state)).isEmpty();
        }
        assertThat(get("/jars").get("files")).isEmpty();
    }

    private static List<String> topics() throws Exception {
        return admin.listTopics().names().get().stream()
                .filter(topic -> topic.startsWith(PREFIX))
                .toList();
    }

    private static List<String> jobs(String state) throws Exception {
        List<String> jobs = new ArrayList<>();
        for (JsonNode job : get("/jobs/overview").get("jobs")) {
            if (job.get("name").asText().startsWith(PREFIX)
                    && state.equals(job.get("state").asText())) {
                jobs.add(job.get("jid").asText());
            }
        }
        return jobs;
    }

    private static JsonNode get(String path) throws Exception {
        return JSON.readTree(
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(cluster.restAddress() + path))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }
}
