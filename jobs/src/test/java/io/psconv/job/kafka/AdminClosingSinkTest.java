package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.local.EmbeddedBroker;
import io.psconv.local.EmbeddedCluster;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.node.NodeSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AdminClosingSinkTest {
    private static final NodeSettings NODE =
            new NodeSettings(
                    EnergySource.NONE, Duration.ofSeconds(1), false, "127.0.0.1", null, null);

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = EmbeddedCluster.start(1);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void writesOnceAndLeavesNoThread() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("words", 1);

            cluster.await(cluster.submit(graph(broker.bootstrapServers(), "one", "two")));
            cluster.await(cluster.submit(graph(broker.bootstrapServers(), "three")));

            assertThat(read(broker, 3)).containsExactly("one", "two", "three");
            assertThat(adminThreads()).isEmpty();
        }
    }

    @Test
    void leavesNoThreadWhereTheBrokerDoesNotAnswer() {
        assertThatThrownBy(() -> cluster.await(cluster.submit(graph("127.0.0.1:9", "one"))))
                .hasStackTraceContaining("Kafka did not answer at 127.0.0.1:9");

        assertThat(adminThreads()).isEmpty();
    }

    private static List<String> adminThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("kafka-admin-client-thread"))
                .toList();
    }

    private static StreamGraph graph(String bootstrapServers, String... words) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", bootstrapServers);
        properties.setProperty("transaction.timeout.ms", "60000");
        properties.setProperty("default.api.timeout.ms", "2000");
        properties.setProperty("request.timeout.ms", "1000");
        KafkaSink<String> sink =
                KafkaSink.<String>builder()
                        .setKafkaProducerConfig(properties)
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix("words")
                        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                        .setRecordSerializer(
                                KafkaRecordSerializationSchema.builder()
                                        .setTopic("words")
                                        .setValueSerializationSchema(new SimpleStringSchema())
                                        .build())
                        .build();
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                                new Configuration()
                                        .set(RestartStrategyOptions.RESTART_STRATEGY, "none"))
                        .setParallelism(1)
                        .enableCheckpointing(200);
        environment.fromData(words).sinkTo(new AdminClosingSink<>(sink, properties, "words", NODE));
        return environment.getStreamGraph();
    }

    private static List<String> read(EmbeddedBroker broker, int count) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker.bootstrapServers());
        properties.setProperty("isolation.level", "read_committed");
        properties.setProperty("auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("words", 0)));
            List<String> values = new ArrayList<>();
            while (values.size() < count) {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> values.add(r.value()));
            }
            return values;
        }
    }
}
