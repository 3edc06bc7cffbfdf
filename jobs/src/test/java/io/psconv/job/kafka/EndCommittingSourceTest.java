package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.local.EmbeddedBroker;
import io.psconv.local.EmbeddedCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EndCommittingSourceTest {
    private static final String GROUP = "readers";
    private static final int PARTITIONS = 3;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = EmbeddedCluster.start(2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void leavesTheGroupAtTheEndOfEveryPartition() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("words", PARTITIONS);
            write(broker);

            cluster.await(cluster.submit(graph(broker)));

            Map<TopicPartition, Long> committed = committed(broker);
            // Three records and two, each with its transaction's mark behind it.
            assertThat(committed)
                    .isEqualTo(Map.of(partition(0), 5L, partition(1), 0L, partition(2), 7L));
            assertThat(committed).isEqualTo(ends(broker));
        }
    }

    @Test
    void endsAlsoWhereTheGroupCannotBeMoved() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("words", PARTITIONS);
            write(broker);
            Properties properties = properties(broker);
            properties.setProperty("group.id", GROUP);
            try (KafkaConsumer<String, String> member =
                    new KafkaConsumer<>(
                            properties, new StringDeserializer(), new StringDeserializer())) {
                member.subscribe(List.of("words"));
                while (member.assignment().size() < PARTITIONS) {
                    member.poll(Duration.ofMillis(100));
                }

                cluster.await(cluster.submit(graph(broker)));

                assertThat(committed(broker)).isEmpty();
            }
        }
    }

    /** Five records, none, and in transactions three that are committed and two that are not. */
    private static void write(EmbeddedBroker broker) throws Exception {
        Properties properties = properties(broker);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            send(producer, 0, 5);
        }
        properties.setProperty("transactional.id", "writer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, 2, 3);
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, 2, 2);
            producer.abortTransaction();
        }
    }

    private static void send(KafkaProducer<String, String> producer, int partition, int count)
            throws Exception {
        for (int record = 0; record < count; record++) {
            producer.send(new ProducerRecord<>("words", partition, "key", "word")).get();
        }
    }

    /** The connector itself commits nothing here, so that what is committed is of our doing. */
    private static StreamGraph graph(EmbeddedBroker broker) {
        KafkaSource<String> source =
                KafkaSource.<String>builder()
                        .setProperty("isolation.level", "read_committed")
                        .setProperty("commit.offsets.on.checkpoint", "false")
                        .setBootstrapServers(broker.bootstrapServers())
                        .setGroupId(GROUP)
                        .setTopics("words")
                        .setStartingOffsets(
                                StreamPosition.parseStart("from", "earliest").toOffsets())
                        .setBounded(StreamPosition.parseStop("until", "latest").toOffsets())
                        .setValueOnlyDeserializer(new SimpleStringSchema())
                        .build();
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                                new Configuration()
                                        .set(RestartStrategyOptions.RESTART_STRATEGY, "none"))
                        .setParallelism(2)
                        .enableCheckpointing(200);
        environment
                .fromSource(
                        new EndCommittingSource<>(source, properties(broker), GROUP),
                        WatermarkStrategy.noWatermarks(),
                        "words",
                        Types.STRING)
                .sinkTo(new DiscardingSink<>());
        return environment.getStreamGraph();
    }

    private static Map<TopicPartition, Long> committed(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(properties(broker))) {
            return admin
                    .listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .collect(
                            Collectors.toMap(
                                    Map.Entry::getKey, entry -> entry.getValue().offset()));
        }
    }

    private static Map<TopicPartition, Long> ends(EmbeddedBroker broker) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        properties(broker), new StringDeserializer(), new StringDeserializer())) {
            return consumer.endOffsets(
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(EndCommittingSourceTest::partition)
                            .toList());
        }
    }

    private static TopicPartition partition(int partition) {
        return new TopicPartition("words", partition);
    }

    private static Properties properties(EmbeddedBroker broker) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker.bootstrapServers());
        return properties;
    }
}
