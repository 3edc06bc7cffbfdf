package io.psconv.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.store.StoredModel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkFolderTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path temporary;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private FlinkFolder folder;

    @BeforeEach
    void name() {
        folder = new FlinkFolder(temporary.resolve("a cluster"));
    }

    @Test
    void putsLibrariesWhereTheirClassLoadersAre() throws Exception {
        write(FlinkFolder.Placement.COPY, Set.of(Extra.S3));

        assertThat(names("lib"))
                .containsExactly(
                        "flink-core-2.3.0.jar", "psconv-model-store.jar", "psconv-node.jar");
        assertThat(names("usrlib")).containsExactly("psconv-job.jar");
        assertThat(names("plugins/s3")).containsExactly("flink-s3-fs-presto-2.3.0.jar");
        assertThat(names("bin"))
                .containsExactly(
                        "flink-env.sh",
                        "flink.sh",
                        "jobmanager.sh",
                        "psconv-launch.jar",
                        "standalone-job.sh",
                        "submit.sh",
                        "taskmanager.sh");
        assertThat(folder.root().resolve("bin/submit.sh")).isExecutable();
        assertThat(folder.jobJar()).hasContent("job");
        assertThat(folder.classPath())
                .isEqualTo(
                        folder.root().resolve("bin/psconv-launch.jar")
                                + ":"
                                + folder.root().resolve("lib")
                                + "/*");
    }

    @Test
    void putsScriptsOfTheGpuDriverBesideIt() throws Exception {
        Path driver = temporary.resolve("flink-external-resource-gpu-2.3.0.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(driver))) {
            zip.putNextEntry(new ZipEntry("nvidia-gpu-discovery.sh"));
            zip.write("#!/usr/bin/env bash\n".getBytes(StandardCharsets.US_ASCII));
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("org/apache/flink/A.class"));
            zip.closeEntry();
        }

        folder.writeLibraries(
                ClusterLibraries.of(List.of(driver)),
                new ProjectJars(jar("model-store"), jar("node"), jar("job"), jar("launch")),
                Set.of(Extra.EXTERNAL_RESOURCE_GPU),
                FlinkFolder.Placement.COPY);

        assertThat(names("plugins/external-resource-gpu"))
                .containsExactly(
                        "flink-external-resource-gpu-2.3.0.jar", "nvidia-gpu-discovery.sh");
        assertThat(folder.root().resolve("plugins/external-resource-gpu/nvidia-gpu-discovery.sh"))
                .isExecutable();
    }

    @Test
    void asksFlinkForDevices() throws Exception {
        folder.writeConfiguration(
                new ClusterSettings(
                        "127.0.0.1", 2, 2, URI.create("s3://bucket/checkpoints"), memory(), 4),
                Map.of());

        Configuration read = GlobalConfiguration.loadConfiguration(folder.conf().toString());

        assertThat(read.get(ExternalResourceOptions.EXTERNAL_RESOURCE_LIST)).containsExactly("gpu");
        assertThat(read.getString("external-resource.gpu.amount", "")).isEqualTo("4");
        assertThat(read.getString("external-resource.gpu.driver-factory.class", ""))
                .isEqualTo("org.apache.flink.externalresource.gpu.GPUDriverFactory");
        configure(Map.of());
        assertThat(GlobalConfiguration.loadConfiguration(folder.conf().toString()).keySet())
                .noneMatch(key -> key.startsWith("external-resource"));
    }

    @Test
    void refusesANumberOfDevicesThatNobodyHas() {
        assertThatThrownBy(
                        () ->
                                new ClusterSettings(
                                        "127.0.0.1", 1, 1, URI.create("s3://a/b"), memory(), -1))
                .hasMessage("devices were '-1' but they must be between 0 and 64");
    }

    @Test
    void hasFlinkSqlWithOurProviderIfItIsAskedFor() throws Exception {
        List<Path> jars = new ArrayList<>();
        for (String name :
                List.of(
                        "RoaringBitmap-1.3.0",
                        "flink-cep-2.3.0",
                        "flink-json-2.3.0",
                        "flink-sql-client-2.3.0",
                        "flink-sql-gateway-2.3.0",
                        "flink-sql-gateway-api-2.3.0",
                        "flink-table-api-bridge-base-2.3.0",
                        "flink-table-api-java-2.3.0",
                        "flink-table-api-java-bridge-2.3.0",
                        "flink-table-common-2.3.0",
                        "flink-table-planner-loader-2.3.0",
                        "flink-table-runtime-2.3.0",
                        "icu4j-67.1")) {
            jars.add(jar(name));
        }
        ProjectJars own =
                new ProjectJars(jar("model-store"), jar("node"), jar("job"), jar("launch"));
        ClusterLibraries libraries = ClusterLibraries.of(jars);
        assertThat(libraries.available()).containsExactly(Extra.SQL);

        folder.writeLibraries(libraries, own, Set.of(Extra.SQL), FlinkFolder.Placement.COPY);

        assertThat(names("opt"))
                .containsExactly(
                        "flink-sql-client-2.3.0.jar",
                        "flink-sql-gateway-2.3.0.jar",
                        "flink-sql-gateway-api-2.3.0.jar");
        assertThat(names("lib"))
                .contains("flink-table-planner-loader-2.3.0.jar", "flink-json-2.3.0.jar")
                .doesNotContainAnyElementsOf(names("opt"));
        assertThat(folder.lib().resolve("psconv-sql.jar")).hasContent("job");
        assertThat(names("bin")).contains("sql-client.sh", "sql-gateway.sh");

        write(FlinkFolder.Placement.COPY, Set.of());

        assertThat(names("opt")).isEmpty();
        assertThat(names("lib")).doesNotContain("psconv-sql.jar");
        assertThat(names("bin")).doesNotContain("sql-client.sh");
    }

    @Test
    void linksLibrariesButNotWhatABuildReplaces() throws Exception {
        write(FlinkFolder.Placement.LINK, Set.of());

        assertThat(folder.lib().resolve("flink-core-2.3.0.jar")).isSymbolicLink();
        assertThat(Files.isSymbolicLink(folder.jobJar())).isFalse();
    }

    @Test
    void isBroughtUpToDateAndKeepsWhatItsUserChanged() throws Exception {
        write(FlinkFolder.Placement.COPY, Set.of(Extra.S3));
        configure(Map.of("classify.model", "sparse"));
        Files.writeString(folder.lib().resolve("left-over-1.0.jar"), "old");
        Path options = folder.conf().resolve("job.properties");
        Files.writeString(options, "classify.model=mine\n");

        write(FlinkFolder.Placement.COPY, Set.of());
        configure(Map.of("classify.model", "other"));

        assertThat(names("lib"))
                .containsExactly(
                        "flink-core-2.3.0.jar", "psconv-model-store.jar", "psconv-node.jar");
        assertThat(names("plugins")).isEmpty();
        assertThat(options).content().endsWith("\nclassify.model=other\n");
        assertThat(folder.conf().resolve("job.properties.old")).hasContent("classify.model=mine\n");
        assertThat(folder.conf().resolve("config.yaml.old")).doesNotExist();
    }

    @Test
    void leavesAFolderOfOthersAlone() throws Exception {
        Path file = Files.createDirectories(folder.root()).resolve("thesis.txt");
        Files.writeString(file, "mine");

        assertThatThrownBy(() -> write(FlinkFolder.Placement.COPY, Set.of()))
                .hasMessage(
                        "'"
                                + folder.root()
                                + "' holds something else than a laid-out folder; name an empty or"
                                + " a new one");
        assertThat(folder.root()).isDirectoryContaining(path -> path.equals(file));
    }

    @Test
    void configuresExactlyOnceAndWhatJvmsNeed() throws Exception {
        configure(Map.of());

        Configuration read = GlobalConfiguration.loadConfiguration(folder.conf().toString());

        assertThat(read.get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE))
                .isEqualTo(CheckpointingMode.EXACTLY_ONCE);
        assertThat(read.get(CheckpointingOptions.CHECKPOINT_STORAGE)).isEqualTo("filesystem");
        assertThat(read.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
                .isEqualTo("s3://bucket/checkpoints");
        assertThat(read.get(RestartStrategyOptions.RESTART_STRATEGY))
                .isEqualTo("exponential-delay");
        assertThat(read.get(TaskManagerOptions.NUM_TASK_SLOTS)).isEqualTo(3);
        assertThat(read.get(CoreOptions.DEFAULT_PARALLELISM)).isEqualTo(6);
        assertThat(read.get(RestOptions.BIND_ADDRESS)).isEqualTo("0.0.0.0");
        assertThat(read.get(TaskManagerOptions.TOTAL_PROCESS_MEMORY))
                .isEqualTo(MemorySize.ofMebiBytes(7));
        assertThat(read.get(CoreOptions.FLINK_JVM_OPTIONS))
                .startsWith("--add-modules=jdk.incubator.vector --add-opens=java.base/java.lang=")
                .contains("java.util.concurrent.locks=ALL-UNNAMED");
        assertThat(read.get(CoreOptions.FLINK_TM_JVM_OPTIONS))
                .isEqualTo("-XX:+UseTransparentHugePages");
    }

    @Test
    void copiesAModelOnce() throws Exception {
        Path version = Files.createDirectories(temporary.resolve("zoo/sparse/4"));
        Path file = version.resolve(StoredModel.FILE_NAME);
        Files.writeString(file, "weights");
        Files.writeString(version.resolve(StoredModel.DIGEST_FILE_NAME), "digest");
        StoredModel model = new StoredModel("sparse", 4, file, "0".repeat(64));

        folder.addModel(model);
        Files.writeString(file, "changed");
        folder.addModel(model);

        assertThat(folder.store().resolve("sparse/4/" + StoredModel.FILE_NAME))
                .hasContent("weights");
        assertThat(folder.store().resolve("sparse/4/" + StoredModel.DIGEST_FILE_NAME)).exists();
        assertThat(names("store/sparse")).containsExactly("4");
    }

    @Test
    void refusesCheckpointsWithoutAScheme() {
        assertThatThrownBy(
                        () ->
                                new ClusterSettings(
                                        "127.0.0.1", 1, 1, URI.create("checkpoints"), memory()))
                .hasMessage(
                        "checkpoints were 'checkpoints' but they must be a URI, such as"
                                + " file:///checkpoints or s3://bucket/checkpoints");
    }

    private void write(FlinkFolder.Placement placement, Set<Extra> extras) throws Exception {
        folder.writeLibraries(
                ClusterLibraries.of(
                        List.of(
                                jar("flink-core-2.3.0"),
                                jar("picocli-4.7.7"),
                                jar("flink-s3-fs-presto-2.3.0"))),
                new ProjectJars(jar("model-store"), jar("node"), jar("job"), jar("launch")),
                extras,
                placement);
    }

    private void configure(Map<String, String> job) throws Exception {
        folder.writeConfiguration(
                new ClusterSettings(
                        "0.0.0.0", 3, 6, URI.create("s3://bucket/checkpoints"), memory()),
                job);
    }

    private static MemoryPlan memory() {
        return new MemoryPlan(
                List.of(new MemoryLine(MemoryLine.Place.HEAP, 7 << 20, "everything")));
    }

    private Path jar(String name) throws Exception {
        Path file = Files.createDirectories(temporary.resolve("m2")).resolve(name + ".jar");
        return Files.writeString(file, name);
    }

    private List<String> names(String part) throws Exception {
        try (Stream<Path> files = Files.list(folder.root().resolve(part))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
