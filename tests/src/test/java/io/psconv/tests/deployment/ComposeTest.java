package io.psconv.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.psconv.job.options.ClassifyOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeTest {
    private final JsonNode compose = DockerFiles.yaml(DockerFiles.text("compose.yaml"));

    ComposeTest() throws Exception {}

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.s3.yaml", "compose.gpu.yaml"})
    void followsTheComposeSpecification(String name) throws Exception {
        ObjectNode file = (ObjectNode) DockerFiles.yaml(DockerFiles.text(name));
        // The project's name, which is younger than this edition of the schema.
        file.remove("name");

        assertThat(schema().validate(file)).isEmpty();
    }

    @Test
    void theSchemaBites() throws Exception {
        JsonNode wrong = DockerFiles.yaml("services: {kafka: {image: a, port: [1]}}");

        assertThat(schema().validate(wrong)).hasSize(1);
    }

    @Test
    void isAcceptedByDockerCompose() throws Exception {
        DockerFiles.Output version =
                DockerFiles.run(new ProcessBuilder("docker", "compose", "version"));
        assumeTrue(version.status() == 0, "docker has no compose plugin here");
        for (List<String> files :
                List.of(
                        List.of("-f", "compose.yaml"),
                        List.of("-f", "compose.yaml", "-f", "compose.gpu.yaml"),
                        List.of(
                                "-f",
                                "compose.yaml",
                                "-f",
                                "compose.s3.yaml",
                                "--profile",
                                "s3"))) {
            List<String> command = new ArrayList<>(List.of("docker", "compose"));
            command.addAll(files);
            command.addAll(List.of("config", "--quiet"));

            DockerFiles.Output config =
                    DockerFiles.run(
                            new ProcessBuilder(command).directory(DockerFiles.FOLDER.toFile()));

            assertThat(config.status()).as(config.text()).isZero();
        }
    }

    @Test
    void createsEveryTopicOfTheJob() throws Exception {
        String creation = compose.at("/services/topics/command/0").asText();

        ClassifyOptions job = jobOptions();

        assertThat(job.kafka().bootstrapServers()).isEqualTo("kafka:19092");
        List<String> topics = new ArrayList<>(job.topics().inputs());
        topics.addAll(job.topics().outputs());
        topics.add(Objects.requireNonNull(job.topics().control()));
        for (String topic : topics) {
            assertThat(creation).contains("create " + topic + " --partitions ");
        }
        // As the job demands of a log of decisions, and as classify --create-topics makes it.
        assertThat(creation.replace("\\\n", ""))
                .containsPattern(
                        Pattern.quote("create " + job.topics().decisions() + " --partitions 1 ")
                                + ".*message.timestamp.type=LogAppendTime.*"
                                + "cleanup.policy=compact.*segment.ms=3600000");
    }

    @Test
    void publishesPortsOnTheLoopbackInterfaceAlone() {
        int ports = 0;
        for (JsonNode service : compose.get("services")) {
            for (JsonNode port : service.path("ports")) {
                assertThat(port.asText()).startsWith("127.0.0.1:");
                ports++;
            }
        }
        assertThat(ports).isEqualTo(4);
    }

    @Test
    void showsMetersWherePrometheusLooks() throws Exception {
        ClassifyOptions job = jobOptions();

        assertThat(job.metrics().host()).isEqualTo("0.0.0.0");
        assertThat(job.metrics().firstPort()).isEqualTo(9250).isEqualTo(job.metrics().lastPort());
        for (String service : List.of("jobmanager", "taskmanager")) {
            assertThat(
                            compose.at("/services/" + service + "/environment/FLINK_PROPERTIES")
                                    .asText())
                    .contains(
                            "jobmanager.rpc.address: jobmanager\n",
                            "metrics.reporter.prom.port: 9249\n");
        }
    }

    @Test
    void mountsFilesThatAreThere() {
        assumeTrue(
                Files.exists(DockerFiles.FOLDER.resolve("prometheus")),
                "this tree has no configuration of Prometheus");
        for (JsonNode service : compose.get("services")) {
            for (JsonNode mount : service.path("volumes")) {
                String source = mount.asText().replaceFirst(":.*", "");
                if (source.startsWith(".")) {
                    Path file = DockerFiles.FOLDER.resolve(source);
                    assertThat(file).exists();
                    assertThat(mount.asText()).endsWith(":ro");
                } else {
                    assertThat(compose.get("volumes").has(source)).as(source).isTrue();
                }
            }
        }
    }

    @Test
    void theStoreOfTheProfileIsWhereCheckpointsGo() throws Exception {
        JsonNode s3 = DockerFiles.yaml(DockerFiles.text("compose.s3.yaml"));
        String properties = s3.at("/services/taskmanager/environment/FLINK_PROPERTIES").asText();

        assertThat(properties)
                .isEqualTo(s3.at("/services/jobmanager/environment/FLINK_PROPERTIES").asText())
                .contains(
                        compose.at("/services/taskmanager/environment/FLINK_PROPERTIES").asText(),
                        "s3.endpoint: ${S3_ENDPOINT:-http://s3:8333}\n",
                        "execution.checkpointing.dir: s3://${S3_BUCKET:-checkpoints}/");
        assertThat(compose.at("/services/s3/profiles/0").asText()).isEqualTo("s3");
        assertThat(compose.at("/services/buckets/command/0").asText())
                .contains("s3.bucket.create -name checkpoints");
    }

    @Test
    void theGpuImageIsLaidOutForTheCudaEngine() throws Exception {
        JsonNode gpu = DockerFiles.yaml(DockerFiles.text("compose.gpu.yaml"));
        JsonNode build = gpu.at("/services/jobmanager/build");
        List<String> layout = List.of(build.at("/args/LAYOUT").asText().split(" "));

        assertThat(build.get("dockerfile").asText()).isEqualTo("docker/Dockerfile");
        assertThat(build.at("/args/BASE").asText()).startsWith("nvidia/cuda:");
        assertThat(DockerFiles.text("Dockerfile"))
                .contains("\nARG BASE=debian:12-slim\n", "\nFROM ${BASE}\n");
        assertThat(layout).containsSequence("--engine", "cuda", "--gpus", "${GPUS:-1}");
        // The same topics and meters as without GPUs.
        assertThat(layout)
                .containsAll(
                        DockerFiles.layoutArguments().stream()
                                .filter(word -> word.startsWith("-D"))
                                .toList());
        ClassifyOptions job =
                DockerFiles.options(
                        Stream.concat(
                                        layout.stream().filter(word -> word.startsWith("-D")),
                                        Stream.of(
                                                "-Dkafka.bootstrap-servers=kafka:19092",
                                                "-Dclassify.engine=cuda"))
                                .toList());
        assertThat(job.engine().spec()).isEqualTo("cuda precision=fp16");
        JsonNode device = gpu.at("/services/taskmanager/deploy/resources/reservations/devices/0");
        assertThat(device.get("driver").asText()).isEqualTo("nvidia");
        assertThat(device.get("count").asText()).isEqualTo("${GPUS:-1}");
        assertThat(device.get("capabilities").toString()).contains("compute", "utility");
    }

    private ClassifyOptions jobOptions() throws Exception {
        List<String> command = new ArrayList<>();
        compose.at("/services/jobmanager/command").forEach(word -> command.add(word.asText()));
        int job = command.indexOf("--") + 1;
        assertThat(job).isEqualTo(2);
        return DockerFiles.options(command.subList(job, command.size()));
    }

    private static JsonSchema schema() throws Exception {
        try (InputStream stream =
                Objects.requireNonNull(
                        ComposeTest.class.getResourceAsStream("compose-spec.json"))) {
            JsonNode schema = new ObjectMapper().readTree(stream);
            dropIds(schema);
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V201909).getSchema(schema);
        }
    }

    /** Names that it gives its parts in the way of older schemas, and never refers to. */
    private static void dropIds(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("id").isTextual()) {
            object.remove("id");
        }
        node.forEach(ComposeTest::dropIds);
    }
}
