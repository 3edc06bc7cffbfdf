package io.psconv.local;

import io.psconv.launch.FlinkProcess;
import io.psconv.layout.ClusterLibraries;
import io.psconv.layout.ClusterSettings;
import io.psconv.layout.Extra;
import io.psconv.layout.FlinkFolder;
import io.psconv.layout.ProjectJars;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer;

/**
 * The files and command lines of a {@link ProcessCluster}'s processes, all in one folder.
 *
 * <p>A process that was killed is missed within seconds: sessions and heartbeats end after {@link
 * #MISSED_AFTER}. Jobs are restarted for ever.
 */
final class ProcessClusterPlan {
    private static final String HOST = "127.0.0.1";
    private static final Duration MISSED_AFTER = Duration.ofSeconds(8);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration RESTART_DELAY = Duration.ofMillis(500);

    private final Path folder;
    private final Path logs;
    private final int zooKeeperPort;
    private final int brokerPort;
    private final int controllerPort;
    private final int restPort;
    private final Configuration flink;
    private final FlinkFolder flinkFolder;
    private final ProcessCluster.JobClasses classes;
    private final Path logging;

    /**
     * Plans a cluster and writes its files.
     *
     * @param folder for everything the processes write
     * @param logs for what they say
     * @param slots of each task manager
     * @param memory of each task manager's process
     * @param classes where jobs have theirs from
     */
    ProcessClusterPlan(
            Path folder, Path logs, int slots, MemorySize memory, ProcessCluster.JobClasses classes)
            throws IOException {
        this.folder = folder;
        this.classes = classes;
        this.logs = logs;
        List<Integer> ports = List.copyOf(LoopbackPorts.find(4));
        this.zooKeeperPort = ports.get(0);
        this.brokerPort = ports.get(1);
        this.controllerPort = ports.get(2);
        this.restPort = ports.get(3);
        Files.createDirectories(folder.resolve("tmp"));
        Files.createDirectories(logs);
        this.flink = flink(slots, memory);
        this.flinkFolder = new FlinkFolder(folder.resolve("flink"));
        this.logging = folder.resolve("log4j2.xml");
        writeLogging();
        writeFlink();
        writeZooKeeper();
        writeBroker();
    }

    private Configuration flink(int slots, MemorySize memory) {
        Configuration flink = new Configuration();
        flink.set(JobManagerOptions.ADDRESS, HOST);
        flink.set(JobManagerOptions.BIND_HOST, HOST);
        flink.set(TaskManagerOptions.HOST, HOST);
        flink.set(TaskManagerOptions.BIND_HOST, HOST);
        flink.set(RestOptions.ADDRESS, HOST);
        flink.set(RestOptions.BIND_ADDRESS, HOST);
        flink.set(RestOptions.PORT, restPort);
        flink.set(RestOptions.BIND_PORT, Integer.toString(restPort));
        flink.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
        flink.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);

        flink.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
        flink.set(HighAvailabilityOptions.HA_CLUSTER_ID, "/psconv");
        flink.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, HOST + ":" + zooKeeperPort);
        flink.set(HighAvailabilityOptions.HA_STORAGE_PATH, uri("high-availability"));
        flink.set(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT, MISSED_AFTER);
        flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT);
        flink.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, MISSED_AFTER);
        flink.set(ClusterOptions.INITIAL_REGISTRATION_TIMEOUT, Duration.ofMillis(200));
        flink.set(ClusterOptions.MAX_REGISTRATION_TIMEOUT, Duration.ofSeconds(5));

        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, RESTART_DELAY);
        flink.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri("checkpoints"));

        flink.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        flink.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory);
        flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        flink.set(TaskManagerOptions.JVM_METASPACE, MemorySize.ofMebiBytes(192));
        flink.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(976));
        flink.set(
                CoreOptions.FLINK_JVM_OPTIONS, ClusterSettings.javaOptions() + " -XX:+UseSerialGC");
        flink.set(CoreOptions.FLINK_JM_JVM_OPTIONS, "-XX:TieredStopAtLevel=1");
        if (System.getProperty("os.name").equals("Linux")) {
            flink.set(CoreOptions.FLINK_TM_JVM_OPTIONS, ClusterSettings.LARGE_PAGES);
        }
        return flink;
    }

    private String uri(String name) {
        return folder.resolve(name).toUri().toString();
    }

    /** The jar that jobs are submitted with. */
    Path jobJar() {
        return flinkFolder.jobJar();
    }

    private void writeLogging() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        ProcessClusterPlan.class.getResourceAsStream("process-log4j2.xml"))) {
            Files.copy(stream, logging);
        }
    }

    /** As a cluster elsewhere is laid out, so that the job meets the class loaders it has there. */
    private void writeFlink() throws IOException {
        ClusterLibraries libraries = ClusterLibraries.ofThisJvm();
        Set<Extra> extras = libraries.available();
        // Its jar in lib would be a second copy of the job's classes, beside those of each job.
        extras.remove(Extra.SQL);
        flinkFolder.writeLibraries(
                libraries, ProjectJars.find(), extras, FlinkFolder.Placement.LINK);
        Files.createDirectories(flinkFolder.conf());
        Files.write(
                flinkFolder.conf().resolve("config.yaml"),
                ConfigurationUtils.convertConfigToWritableLines(flink, true));
    }

    private void writeZooKeeper() throws IOException {
        long ticks = 1000;
        Files.writeString(
                folder.resolve("zoo.cfg"),
                String.join(
                        "\n",
                        "tickTime=" + ticks,
                        "dataDir=" + Files.createDirectories(folder.resolve("zookeeper")),
                        "clientPort=" + zooKeeperPort,
                        "clientPortAddress=" + HOST,
                        "admin.enableServer=false",
                        ""));
    }

    private void writeBroker() throws IOException {
        Path data = Files.createDirectories(folder.resolve("kafka"));
        Properties properties =
                EmbeddedBroker.properties(data, List.of(brokerPort, controllerPort));
        EmbeddedBroker.format(data, properties, List.of());
    }

    /** Where clients find the broker, as {@code host:port}. */
    String bootstrapServers() {
        return HOST + ":" + brokerPort;
    }

    /** Where Flink's REST interface is, as {@code http://host:port}. */
    String restAddress() {
        return "http://" + HOST + ":" + restPort;
    }

    /** Settings of a client that asks the JobManager at its fixed address, whoever leads. */
    Configuration client() {
        Configuration client = new Configuration();
        client.set(RestOptions.ADDRESS, HOST);
        client.set(RestOptions.PORT, restPort);
        client.set(RestOptions.RETRY_DELAY, Duration.ofSeconds(1));
        client.set(RestOptions.RETRY_MAX_ATTEMPTS, 120);
        return client;
    }

    ClusterProcess zooKeeper() {
        return process(
                "ZooKeeper",
                small("-Xmx96m"),
                FlinkZooKeeperQuorumPeer.class.getName(),
                "--zkConfigFile",
                folder.resolve("zoo.cfg").toString(),
                "--peerId",
                "1");
    }

    ClusterProcess broker() {
        return process(
                "broker",
                small("-Xmx384m"),
                "kafka.Kafka",
                folder.resolve("kafka").resolve(EmbeddedBroker.PROPERTIES_FILE).toString());
    }

    ClusterProcess jobManager() {
        return flinkProcess("JobManager", FlinkProcess.JOBMANAGER);
    }

    /**
     * A task manager.
     *
     * @param number from 1
     */
    ClusterProcess taskManager(int number) {
        return flinkProcess("TaskManager " + number, FlinkProcess.TASKMANAGER);
    }

    private ClusterProcess flinkProcess(String name, FlinkProcess kind) {
        List<String> main = new ArrayList<>();
        main.add(kind.mainClass());
        main.add("--configDir");
        main.add(flinkFolder.conf().toString());
        main.addAll(kind.arguments(flink));
        return process(
                name,
                classes == ProcessCluster.JobClasses.OF_EACH_JOB
                        ? flinkFolder.classPath()
                        : flinkFolder.classPath() + File.pathSeparator + jobJar(),
                kind.flags(flink, Runtime.version().feature()),
                main);
    }

    /** Of a process whose speed does not matter but whose start does. */
    private static List<String> small(String heap) {
        return List.of(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    }

    /** One that is no part of Flink: it runs on this JVM's class path. */
    private ClusterProcess process(String name, List<String> flags, String... main) {
        return process(name, ClusterProcess.ownClassPath(), flags, List.of(main));
    }

    private ClusterProcess process(
            String name, String classPath, List<String> flags, List<String> main) {
        Map<String, String> settings =
                Map.of(
                        "java.io.tmpdir", folder.resolve("tmp").toString(),
                        "java.awt.headless", "true",
                        "log4j2.configurationFile", logging.toString());
        List<String> all = new ArrayList<>(flags);
        all.add("-XX:-UsePerfData");
        settings.forEach((key, value) -> all.add("-D" + key + "=" + value));
        Path log = logs.resolve(name.toLowerCase(Locale.ROOT).replace(' ', '-') + ".log");
        return new ClusterProcess(name, log, classPath, all, main);
    }
}
