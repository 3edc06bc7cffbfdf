package io.psconv.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its controller inside this JVM, on free ports of the loopback interface.
 *
 * <p>For demonstrations and tests: one replica, one partition for offsets and for transactions,
 * data in a temporary folder that {@link #close} removes. Topics are not created by themselves. Use
 * it from any thread; closing twice, or from a shutdown hook, is fine.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** Kafka's own default of {@code message.max.bytes}. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

    /** Name of the file that {@link #format} leaves. */
    static final String PROPERTIES_FILE = "server.properties";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String HOST = "127.0.0.1";

    /** Another process may take a port between finding it free and the broker's own bind. */
    private static final int START_ATTEMPTS = 5;

    private static final long POLL_MILLIS = 10;

    private final TemporaryFolder folder;
    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private boolean closed;

    private EmbeddedBroker(TemporaryFolder folder, KafkaRaftServer server, int port) {
        this.folder = folder;
        this.server = server;
        this.bootstrapServers = HOST + ":" + port;
    }

    /** Starts a broker that takes messages of Kafka's default size. */
    public static EmbeddedBroker start() throws IOException {
        return start(DEFAULT_MAX_MESSAGE_BYTES);
    }

    /**
     * Starts a broker.
     *
     * @param maxMessageBytes the largest record batch it takes
     * @throws IOException if it did not start
     */
    public static EmbeddedBroker start(int maxMessageBytes) throws IOException {
        return start(Map.of("message.max.bytes", Integer.toString(maxMessageBytes)), List.of());
    }

    /**
     * Starts a broker with settings of its own, for example one that asks who is there.
     *
     * <p>The listener of clients is called {@code BROKER}; {@link #createTopic} speaks to brokers
     * without security only.
     *
     * @param settings go before the ones chosen here
     * @param users SCRAM credentials, like {@code SCRAM-SHA-512=[name=a,password=b]}
     * @throws IOException if it did not start
     */
    public static EmbeddedBroker start(Map<String, String> settings, List<String> users)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(settings, users);
            } catch (RuntimeException e) {
                if (attempt == START_ATTEMPTS) {
                    throw new IOException(
                            "embedded Kafka broker did not start in " + attempt + " attempts", e);
                }
                LOG.info("Embedded Kafka broker did not start, trying other ports", e);
            }
        }
    }

    private static EmbeddedBroker startOnce(Map<String, String> settings, List<String> users)
            throws IOException {
        TemporaryFolder folder = new TemporaryFolder("psconv-broker-");
        boolean started = false;
        try {
            List<Integer> ports = freePorts();
            Properties properties = properties(folder.path(), ports);
            properties.putAll(settings);
            format(folder.path(), properties, users);
            KafkaRaftServer server =
                    new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            startup(server);
            started = true;
            return new EmbeddedBroker(folder, server, ports.get(0));
        } finally {
            if (!started) {
                folder.close();
            }
        }
    }

    /** Kafka's Scala throws checked exceptions, too, without saying so. */
    private static void startup(KafkaRaftServer server) {
        boolean started = false;
        try {
            server.startup();
            started = true;
        } finally {
            if (!started) {
                server.shutdown();
                server.awaitShutdown();
            }
        }
    }

    /** Two ports that were free a moment ago: the broker's and the controller's. */
    private static List<Integer> freePorts() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket broker = new ServerSocket(0, 1, loopback);
                ServerSocket controller = new ServerSocket(0, 1, loopback)) {
            return List.of(broker.getLocalPort(), controller.getLocalPort());
        }
    }

    /** Settings of a broker with its controller that keeps its data in a folder. */
    static Properties properties(Path folder, List<Integer> ports) {
        String broker = "BROKER://" + HOST + ":" + ports.get(0);
        String controller = "CONTROLLER://" + HOST + ":" + ports.get(1);
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@" + HOST + ":" + ports.get(1));
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listeners", broker + "," + controller);
        properties.put("advertised.listeners", broker);
        properties.put("inter.broker.listener.name", "BROKER");
        properties.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", folder.resolve("data").toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("message.max.bytes", Integer.toString(DEFAULT_MAX_MESSAGE_BYTES));
        properties.put("group.initial.rebalance.delay.ms", "0");
        for (String internal : List.of("offsets.topic", "transaction.state.log")) {
            properties.put(internal + ".num.partitions", "1");
            properties.put(internal + ".replication.factor", "1");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "2");
        // The defaults, 128 MiB of heap and 10 MiB for each index, are for servers.
        properties.put("log.cleaner.dedupe.buffer.size", "4194304");
        properties.put("log.index.size.max.bytes", "1048576");
        return properties;
    }

    /** Prepares a folder for its first broker, leaving the settings there for a process to read. */
    static void format(Path folder, Properties properties, List<String> users) throws IOException {
        Path file = folder.resolve(PROPERTIES_FILE);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("format", "-t", Uuid.randomUuid().toString()));
        arguments.addAll(List.of("-c", file.toString()));
        for (String user : users) {
            arguments.addAll(List.of("--add-scram", user));
        }
        int status =
                StorageTool.execute(
                        arguments.toArray(String[]::new),
                        new PrintStream(output, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IOException(
                    "cannot format " + folder + ": " + output.toString(StandardCharsets.UTF_8));
        }
    }

    /** Where clients find the broker, as {@code host:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Where the broker keeps its data. */
    Path folder() {
        return folder.path();
    }

    /** Creates a topic with the broker's defaults. */
    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /**
     * Creates a topic and waits until it is there.
     *
     * @param configs topic settings, for example {@code max.message.bytes}
     * @throws IllegalStateException if the broker refuses it
     */
    public void createTopic(String name, int partitions, Map<String, String> configs) {
        NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(configs);
        Map<String, Object> client =
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(topic)).all().get();
            // The controller has it now; the broker learns of it a moment later.
            while (!admin.listTopics().names().get().contains(name)) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topic '" + name + "'", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create topic '" + name + "'", e.getCause());
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.shutdown();
            server.awaitShutdown();
        } finally {
            folder.close();
        }
    }
}
