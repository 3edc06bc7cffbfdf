package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.EmbeddedBroker;
import io.psconv.local.EmbeddedCluster;
import io.psconv.operator.record.FrameId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker with the job's topics and a cluster to run it on, for one test. */
final class Pipeline implements AutoCloseable {
    static final int PARTITIONS = 4;
    static final Path STORE = Path.of(System.getProperty("psconv.root"), "model-store", "zoo");

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final EmbeddedBroker broker;
    private final EmbeddedCluster cluster;
    private final RecordSchemas schemas = new RecordSchemas();

    Pipeline(int slots) throws IOException {
        this(slots, new Configuration());
    }

    /**
     * A broker and a cluster.
     *
     * @param flink settings of the cluster
     */
    Pipeline(int slots, Configuration flink) throws IOException {
        broker = EmbeddedBroker.start();
        cluster = EmbeddedCluster.start(slots, flink);
        broker.createTopic("frames", PARTITIONS);
        broker.createTopic("classifications", PARTITIONS);
        broker.createTopic("rejected-frames", 1);
    }

    EmbeddedBroker broker() {
        return broker;
    }

    EmbeddedCluster cluster() {
        return cluster;
    }

    /** Options for this broker and the bundled models; to be added to. */
    Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, broker.bootstrapServers());
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, STORE.toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, "resnet20-dense");
        configuration.setString(ClassifyConfigOptions.METRICS_PORT.key(), "off");
        configuration.set(ClassifyConfigOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(500));
        return configuration;
    }

    /** Submits the job without waiting for it to run. */
    JobID submit(Configuration configuration, int parallelism, @Nullable String savepoint)
            throws Exception {
        Configuration settings = new Configuration();
        if (savepoint != null) {
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        configuration
                .getOptional(RestartStrategyOptions.RESTART_STRATEGY)
                .ifPresent(
                        strategy ->
                                settings.set(RestartStrategyOptions.RESTART_STRATEGY, strategy));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        environment.setParallelism(parallelism);
        ClassifyJob.define(environment, ClassifyOptions.of(configuration));
        return cluster.submit(environment.getStreamGraph());
    }

    /** Submits the job and waits until every subtask of it runs. */
    JobID start(Configuration configuration, int parallelism) throws Exception {
        JobID job = submit(configuration, parallelism, null);
        await("the job runs", () -> cluster.isRunning(job));
        return job;
    }

    /** Sends frames of eight cameras. */
    Map<FrameId, Integer> send(int count, double framesPerSecond) throws InterruptedException {
        return new OpenLoopProducer(
                        broker.bootstrapServers(), "frames", PARTITIONS, 8, framesPerSecond)
                .send(count, Samples::png, System.currentTimeMillis());
    }

    KafkaProducer<byte[], byte[]> producer() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Reads results, and holds every record of theirs to its published schema. */
    ResultReader results() {
        return new ResultReader(
                KafkaProperties.of(broker.bootstrapServers()),
                "classifications",
                "rejected-frames",
                schemas::check);
    }

    /** Reads until there are so many results. */
    void read(ResultReader results, int count) throws Exception {
        await(
                count + " results",
                () -> {
                    results.poll();
                    return results.results() >= count;
                });
    }

    /** Ends the job behind a savepoint, so that all that was classified is committed. */
    String stop(JobID job) throws Exception {
        return cluster.stopWithSavepoint(job, cluster.folder().resolve("savepoints"));
    }

    /** Waits for a condition, and fails with what it was if it does not come. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited too long until: %s", what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        cluster.close();
        broker.close();
    }
}
