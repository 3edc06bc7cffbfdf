package io.psconv.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
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
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
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

    /** Packages of the JDK that Flink opens up in its own scripts. */
    private static final List<String> OPENED =
            List.of(
                    "java.lang",
                    "java.net",
                    "java.io",
                    "java.nio",
                    "sun.nio.ch",
                    "java.lang.reflect",
                    "java.text",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks");

    private final Path folder;
    private final Path logs;
    private final int zooKeeperPort;
    private final int brokerPort;
    private final int controllerPort;
    private final int restPort;
    private final Configuration flink;

    /**
     * Plans a cluster and writes its files.
     *
     * @param folder for everything the processes write
     * @param logs for what they say
     * @param slots of each task manager
     */
    ProcessClusterPlan(Path folder, Path logs, int slots) throws IOException {
        this.folder = folder;
        this.logs = logs;
        List<Integer> ports = List.copyOf(LoopbackPorts.find(4));
        this.zooKeeperPort = ports.get(0);
        this.brokerPort = ports.get(1);
        this.controllerPort = ports.get(2);
        this.restPort = ports.get(3);
        Files.createDirectories(folder.resolve("tmp"));
        Files.createDirectories(logs);
        this.flink = flink(slots);
        writeFlink();
        writeZooKeeper();
        writeBroker();
    }

    private Configuration flink(int slots) {
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
        flink.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.parse("1g"));
        flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        flink.set(TaskManagerOptions.JVM_METASPACE, MemorySize.ofMebiBytes(192));
        flink.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(900));
        return flink;
    }

    private String uri(String name) {
        return folder.resolve(name).toUri().toString();
    }

    private Path flinkFolder() {
        return folder.resolve("flink");
    }

    private void writeFlink() throws IOException {
        Files.createDirectories(flinkFolder());
        Files.write(
                flinkFolder().resolve("config.yaml"),
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
        return process(
                "JobManager",
                Stream.concat(small("-Xmx400m").stream(), opened()).toList(),
                StandaloneSessionClusterEntrypoint.class.getName(),
                "--configDir",
                flinkFolder().toString());
    }

    /**
     * A task manager.
     *
     * @param number from 1
     */
    ClusterProcess taskManager(int number) {
        TaskExecutorProcessSpec spec = TaskExecutorProcessUtils.processSpecFromConfig(flink);
        List<String> flags = new ArrayList<>();
        flags.addAll(words(ProcessMemoryUtils.generateJvmParametersStr(spec)));
        flags.add("-XX:+UseSerialGC");
        flags.add("--add-modules=jdk.incubator.vector");
        opened().forEach(flags::add);
        List<String> arguments = new ArrayList<>();
        arguments.add(TaskManagerRunner.class.getName());
        arguments.add("--configDir");
        arguments.add(flinkFolder().toString());
        arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(spec)));
        return process("TaskManager " + number, flags, arguments.toArray(String[]::new));
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    private static Stream<String> opened() {
        return OPENED.stream().map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED");
    }

    /** Of a process whose speed does not matter but whose start does. */
    private static List<String> small(String heap) {
        return List.of(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    }

    private ClusterProcess process(String name, List<String> flags, String... main) {
        Map<String, String> settings =
                Map.of(
                        "java.io.tmpdir", folder.resolve("tmp").toString(),
                        "java.awt.headless", "true",
                        "log4j2.configurationFile", "classpath:io/psconv/local/process-log4j2.xml");
        List<String> all = new ArrayList<>(flags);
        all.add("-XX:-UsePerfData");
        settings.forEach((key, value) -> all.add("-D" + key + "=" + value));
        Path log = logs.resolve(name.toLowerCase(Locale.ROOT).replace(' ', '-') + ".log");
        return new ClusterProcess(name, log, all, List.of(main));
    }
}
