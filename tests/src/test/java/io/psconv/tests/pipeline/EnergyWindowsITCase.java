package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.ResultReader;
import io.psconv.bench.energy.EnergyAccount;
import io.psconv.bench.energy.EnergyStatement;
import io.psconv.bench.energy.SourceStatement;
import io.psconv.bench.energy.TopicReader;
import io.psconv.cli.Psconv;
import io.psconv.job.kafka.ClassificationJson;
import io.psconv.job.kafka.EnergyWindowJson;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Windows and committed classifications of a job add up, with and without a failure. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class EnergyWindowsITCase {
    private static final String WINDOWS = "energy-windows";

    private Pipeline pipeline;

    @BeforeEach
    void start() throws Exception {
        pipeline = new Pipeline(2);
        pipeline.broker().createTopic(WINDOWS, 1);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void leavesNothingOverWithoutAFailure() throws Exception {
        JobID job = pipeline.start(configuration(), 2);
        pipeline.send(300, 150);
        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 300);
        }
        pipeline.stop(job);

        assertNothingIsLeft(300);
    }

    @Test
    void leavesNothingOverAtTheEndOfABoundedJob() throws Exception {
        pipeline.send(200, 100_000);
        Configuration configuration = configuration();
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");

        pipeline.cluster().await(pipeline.submit(configuration, 2, null));

        assertNothingIsLeft(200);
    }

    @Test
    void givesTheWorkOfAKilledTaskManagerAsRepeated() throws Exception {
        JobID job = pipeline.start(configuration(), 2);
        CompletableFuture<Map<FrameId, Integer>> sending =
                CompletableFuture.supplyAsync(() -> send(900, 150));
        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 150);
            pipeline.cluster().miniCluster().terminateTaskManager(0).get();
            pipeline.cluster().miniCluster().startTaskManager();
            pipeline.read(results, 900);
        }
        assertThat(sending.get()).hasSize(900);
        pipeline.stop(job);

        EnergyStatement statement = statement();
        SourceStatement modelled = only(statement);
        assertThat(statement.addsUp()).isTrue();
        assertThat(statement.frames()).isEqualTo(900);
        assertThat(statement.repeatedFrames()).isZero();
        assertThat(statement.unchargedFrames()).isZero();
        assertThat(modelled.ledgers()).as("one before the failure, one after").isEqualTo(2);
        assertThat(modelled.missingWindows()).isZero();
        assertThat(modelled.strayFrames()).isZero();
        assertThat(modelled.repeatedJoules()).isNotNegative();
        assertThat(modelled.committedJoules() + modelled.repeatedJoules())
                .isEqualTo(modelled.attributedJoules());
        assertThat(modelled.chargedJoules()).isEqualTo(modelled.committedJoules());
        // What aborted transactions left in the topic was drawn too.
        assertThat(writtenJoules())
                .isBetween(modelled.committedJoules(), modelled.attributedJoules());
        assertThat(command()).contains("adds up", "900 committed");
    }

    private void assertNothingIsLeft(int frames) throws Exception {
        EnergyStatement statement = statement();
        SourceStatement modelled = only(statement);
        assertThat(statement.addsUp()).isTrue();
        assertThat(statement.frames()).isEqualTo(frames);
        assertThat(statement.unchargedFrames()).isZero();
        assertThat(statement.windows()).isPositive();
        assertThat(statement.repeatedWindows()).isZero();
        assertThat(modelled.ledgers()).isEqualTo(1);
        assertThat(modelled.missingWindows()).isZero();
        assertThat(modelled.strayFrames()).isZero();
        assertThat(modelled.attributedJoules()).isPositive();
        assertThat(modelled.repeatedJoules()).isZero();
        assertThat(modelled.chargedJoules()).isEqualTo(modelled.attributedJoules());
        assertThat(writtenJoules()).isEqualTo(modelled.attributedJoules());
        assertThat(modelled.cameras()).hasSize(8);
        assertThat(command()).contains("adds up");
    }

    private Configuration configuration() {
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.ENERGY_SOURCE, EnergySource.MODELLED);
        configuration.set(ClassifyConfigOptions.ENERGY_WINDOWS_TOPIC, WINDOWS);
        return configuration;
    }

    private Map<FrameId, Integer> send(int count, double rate) {
        try {
            return pipeline.send(count, rate);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SourceStatement only(EnergyStatement statement) {
        assertThat(statement.sources()).hasSize(1);
        SourceStatement source = statement.sources().get(0);
        assertThat(source.source()).isEqualTo("modelled");
        return source;
    }

    /** Adds up both topics, and holds every window against its schema. */
    private EnergyStatement statement() throws Exception {
        RecordSchemas schemas = new RecordSchemas();
        EnergyAccount account = new EnergyAccount(Long.MIN_VALUE, Long.MAX_VALUE);
        KafkaProperties kafka = KafkaProperties.of(pipeline.broker().bootstrapServers());
        try (TopicReader reader = new TopicReader(kafka, WINDOWS)) {
            reader.readAll(
                    value -> {
                        schemas.check(WINDOWS, value);
                        account.add(EnergyWindowJson.read(value));
                    });
        }
        try (TopicReader reader = new TopicReader(kafka, "classifications")) {
            reader.readAll(value -> account.add(ClassificationJson.read(value)));
        }
        return account.statement();
    }

    /** Charges of all classifications in the topic, of aborted transactions too. */
    private double writtenJoules() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", pipeline.broker().bootstrapServers());
        properties.setProperty("isolation.level", "read_uncommitted");
        Set<Work> works = new HashSet<>();
        double joules = 0;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor("classifications").stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    var made = ClassificationJson.read(record.value());
                    FrameEnergy energy = Objects.requireNonNull(made.energy());
                    if (works.add(new Work(made.frame(), energy.ledger()))) {
                        joules += energy.joules();
                    }
                }
            }
        }
        return joules;
    }

    private String command() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                Psconv.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "energy",
                        "--bootstrap-servers",
                        pipeline.broker().bootstrapServers());
        assertThat(status).as(err::toString).isZero();
        return out.toString();
    }

    /** A frame worked on in one attempt. */
    private record Work(FrameId frame, String ledger) {}
}
