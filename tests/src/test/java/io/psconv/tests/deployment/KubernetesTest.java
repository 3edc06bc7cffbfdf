package io.psconv.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.psconv.job.ClassifyJob;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.EngineOptions.Engine;
import io.psconv.layout.ClusterSettings;
import io.psconv.layout.MemoryDemand;
import io.psconv.layout.MemoryLine.Place;
import io.psconv.layout.MemoryPlan;
import io.psconv.layout.ModelFootprint;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.device.GpuResources;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.resources.ExternalResource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.externalresource.ExternalResourceUtils;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.junit.jupiter.api.Test;

class KubernetesTest {
    private static final String DEFINITION =
            "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

    private final JsonNode deployment =
            DockerFiles.yaml(DockerFiles.text("kubernetes/base/flinkdeployment.yaml"));
    private final ModelStore store =
            new ModelStore(Path.of(System.getProperty("psconv.root"), "model-store", "zoo"));
    private final StoredModel model = store.resolve("resnet18-psd1_p16");

    KubernetesTest() throws Exception {}

    @Test
    void theDeploymentFollowsTheOperatorsDefinition() throws Exception {
        assertThat(schema().validate(deployment)).isEmpty();
    }

    @Test
    void theDefinitionBites() throws Exception {
        ((ObjectNode) deployment.at("/spec/jobManager")).put("replica", 1);

        assertThat(schema().validate(deployment)).hasSize(1);
    }

    @Test
    void everyOverlayIsRendered() throws Exception {
        DockerFiles.Output version =
                DockerFiles.run(new ProcessBuilder("kubectl", "version", "--client"));
        assumeTrue(version.status() == 0, "there is no kubectl here");
        List<Path> overlays;
        try (var folders = Files.list(DockerFiles.FOLDER.resolve("kubernetes/overlays"))) {
            overlays = folders.toList();
        }
        assertThat(overlays).isNotEmpty();
        for (Path overlay : overlays) {
            DockerFiles.Output rendered =
                    DockerFiles.run(new ProcessBuilder("kubectl", "kustomize", overlay.toString()));

            assertThat(rendered.status()).as(rendered.text()).isZero();
            List<String> kinds = new ArrayList<>();
            for (String document : rendered.text().split("(?m)^---$")) {
                JsonNode resource = DockerFiles.yaml(document);
                kinds.add(resource.get("kind").asText());
                assertThat(resource.at("/metadata/namespace").asText()).isEqualTo("psconv");
                if (resource.get("kind").asText().equals("FlinkDeployment")) {
                    assertThat(schema().validate(resource)).isEmpty();
                    assertThat(resource.at("/spec/job/parallelism").asInt())
                            .isEqualTo(
                                    resource.at("/spec/taskManager/replicas").asInt()
                                            * slots(resource));
                }
            }
            assertThat(kinds).contains("FlinkDeployment", "NetworkPolicy");
        }
    }

    @Test
    void runsTheJobOfThisFlinkWithOptionsItKnows() throws Exception {
        List<String> arguments = new ArrayList<>();
        deployment.at("/spec/job/args").forEach(argument -> arguments.add(argument.asText()));

        assertThat(deployment.at("/spec/flinkVersion").asText())
                .isEqualTo(
                        "v"
                                + EnvironmentInformation.getVersion()
                                        .replaceFirst("^(\\d+)\\.(\\d+)\\..*", "$1_$2"));
        assertThat(deployment.at("/spec/job/entryClass").asText())
                .isEqualTo(ClassifyJob.class.getName());
        assertThat(arguments.get(0)).isEqualTo("--");
        assertThat(
                        DockerFiles.options(arguments.subList(1, arguments.size()))
                                .kafka()
                                .bootstrapServers())
                .isEqualTo("kafka:9092");
    }

    @Test
    void givesATaskManagerTheMemoryThatIsReckoned() throws Exception {
        ClassifyOptions options = DockerFiles.options(List.of("-Dkafka.bootstrap-servers=k:9092"));
        ModelFootprint footprint =
                ModelFootprint.measure(
                        model.reference(),
                        Files.size(model.path()),
                        store.read(model),
                        new JvmEngine(ConvolutionForms.choose("auto", true)),
                        options.batch().maxSize());

        assertMemory(deployment, options, footprint);
    }

    @Test
    void givesATaskManagerOnADeviceTheMemoryThatIsReckoned() throws Exception {
        ClassifyOptions options =
                DockerFiles.options(
                        DockerFiles.gpuLayoutArguments(),
                        List.of("-Dkafka.bootstrap-servers=k:9092"));
        ModelFootprint footprint =
                ModelFootprint.besideDevices(
                        model.reference(),
                        Files.size(model.path()),
                        store.read(model),
                        options.batch().maxSize());

        assertThat(options.engine().engine()).isEqualTo(Engine.CUDA);
        assertMemory(overlay("gpu"), options, footprint);
    }

    private static void assertMemory(
            JsonNode deployment, ClassifyOptions options, ModelFootprint footprint) {
        MemoryPlan plan =
                MemoryPlan.of(MemoryDemand.of(slots(deployment), List.of(footprint), options));
        Configuration configuration = configuration(deployment);

        plan.settings()
                .forEach(
                        (key, value) -> {
                            if (!key.contains(".process.") && !key.contains(".framework.")) {
                                assertThat(configuration.getString(key, ""))
                                        .as(key)
                                        .isEqualTo(value);
                            }
                        });
        String memory = deployment.at("/spec/taskManager/resource/memory").asText();
        assertThat(MemorySize.parse(memory).getMebiBytes())
                .as("task manager of " + plan.totalMebibytes() + " MiB")
                .isBetween((int) plan.totalMebibytes(), (int) (plan.totalMebibytes() * 1.1));
        configuration.setString("taskmanager.memory.process.size", memory);
        assertThat(
                        ProcessMemoryUtils.generateJvmParametersStr(
                                TaskExecutorProcessUtils.processSpecFromConfig(configuration)))
                .containsPattern("-Xmx[0-9]+ ");
        assertThat(plan.mebibytes(Place.HEAP)).isPositive();
    }

    /** Whichever of the two a mode of the operator and an image go by. */
    @Test
    void asksKubernetesForTheDevicesThatFlinkHandsOut() throws Exception {
        JsonNode gpu = overlay("gpu");
        Configuration configuration = configuration(gpu);
        JsonNode container = gpu.at("/spec/taskManager/podTemplate/spec/containers/0");

        assertThat(schema().validate(gpu)).isEmpty();
        assertThat(container.get("name").asText()).isEqualTo("flink-main-container");
        assertThat(ExternalResourceUtils.getExternalResourcesCollection(configuration))
                .containsExactly(
                        new ExternalResource(
                                GpuResources.RESOURCE,
                                container.at("/resources/limits/nvidia.com~1gpu").asInt()));
        assertThat(
                        ExternalResourceUtils.getExternalResourceConfigurationKeys(
                                configuration, "kubernetes.config-key"))
                .isEqualTo(Map.of(GpuResources.RESOURCE, "nvidia.com/gpu"));
        assertThat(configuration.getString("external-resource.gpu.driver-factory.class", ""))
                .isEqualTo("org.apache.flink.externalresource.gpu.GPUDriverFactory");
    }

    @Test
    void runsTheImageThatIsBuiltForDevices() throws Exception {
        String image =
                DockerFiles.yaml(DockerFiles.text("compose.gpu.yaml"))
                        .at("/x-image/image")
                        .asText();

        assertThat(overlay("gpu").at("/spec/image").asText())
                .isEqualTo(image.replaceFirst(":.*", ":latest"));
        assertThat(DockerFiles.gpuLayoutArguments())
                .contains("--engine", "cuda")
                .containsSequence("--slots", Integer.toString(slots(deployment)));
    }

    @Test
    void givesEveryJvmItsFlags() {
        assertThat(configuration(deployment).getString("env.java.opts.all", ""))
                .isEqualTo(ClusterSettings.javaOptions());
        assertThat(configuration(deployment).getString("env.java.opts.taskmanager", ""))
                .isEqualTo(ClusterSettings.LARGE_PAGES);
    }

    private static int slots(JsonNode resource) {
        return resource.at("/spec/flinkConfiguration").get("taskmanager.numberOfTaskSlots").asInt();
    }

    /** The deployment as an overlay's patch leaves it; {@code kubectl} need not be there. */
    private JsonNode overlay(String name) throws Exception {
        JsonNode patch =
                DockerFiles.yaml(
                        DockerFiles.text("kubernetes/overlays/" + name + "/task-managers.yaml"));
        return new ObjectMapper().readerForUpdating(deployment.deepCopy()).readValue(patch);
    }

    private static Configuration configuration(JsonNode deployment) {
        Configuration configuration = new Configuration();
        for (Map.Entry<String, JsonNode> setting :
                deployment.at("/spec/flinkConfiguration").properties()) {
            configuration.setString(setting.getKey(), setting.getValue().asText());
        }
        return configuration;
    }

    /** The definition's schema, in which no field may be that it does not name. */
    private static JsonSchema schema() throws Exception {
        try (InputStream stream =
                Objects.requireNonNull(KubernetesTest.class.getResourceAsStream(DEFINITION))) {
            JsonNode definition =
                    DockerFiles.yaml(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            ObjectNode schema =
                    (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
            ObjectNode properties = (ObjectNode) schema.get("properties");
            for (String common : List.of("apiVersion", "kind")) {
                properties.putObject(common).put("type", "string");
            }
            properties.putObject("metadata").put("type", "object");
            // Of an operator that is older than this Flink.
            ((ObjectNode) properties.at("/spec/properties/flinkVersion")).remove("enum");
            close(schema);
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
        }
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.get("properties") instanceof ObjectNode
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
            close(children.next());
        }
    }
}
