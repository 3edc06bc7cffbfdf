package io.psconv.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerTest {
    @Test
    void carriesTransactionsFromProducerToConsumer() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("frames", 2);
            try (KafkaProducer<byte[], byte[]> producer =
                    producer(broker, Map.of("transactional.id", "test"))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("frames", 1, null, bytes("first"))).get();
                producer.commitTransaction();
            }

            assertThat(read(broker, new TopicPartition("frames", 1), 1)).containsExactly("first");
        }
    }

    @Test
    void takesMessagesUpToTheGivenSize() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(4_000_000)) {
            broker.createTopic("frames", 1);
            try (KafkaProducer<byte[], byte[]> producer =
                    producer(broker, Map.of("max.request.size", "8000000"))) {
                producer.send(new ProducerRecord<>("frames", new byte[3_000_000])).get();

                assertThatThrownBy(
                                () ->
                                        producer.send(
                                                        new ProducerRecord<>(
                                                                "frames", new byte[5_000_000]))
                                                .get())
                        .hasCauseInstanceOf(RecordTooLargeException.class);
            }
        }
    }

    @Test
    void refusesASecondTopicOfTheSameName() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("frames", 1);

            assertThatThrownBy(() -> broker.createTopic("frames", 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("cannot create topic 'frames'")
                    .hasRootCauseMessage("Topic 'frames' already exists.");
        }
    }

    @Test
    void runsBesideAnother() throws Exception {
        try (EmbeddedBroker first = EmbeddedBroker.start();
                EmbeddedBroker second = EmbeddedBroker.start()) {
            assertThat(first.bootstrapServers()).isNotEqualTo(second.bootstrapServers());
            first.createTopic("frames", 1);
            second.createTopic("frames", 1);
        }
    }

    @Test
    void closesTwiceAndRemovesItsFolder() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start();
        assertThat(broker.folder()).isNotEmptyDirectory();

        broker.close();
        broker.close();

        assertThat(broker.folder()).doesNotExist();
    }

    private static KafkaProducer<byte[], byte[]> producer(
            EmbeddedBroker broker, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static List<String> read(EmbeddedBroker broker, TopicPartition partition, int count) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            List<String> values = new ArrayList<>();
            while (values.size() < count) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(r -> values.add(new String(r.value(), StandardCharsets.UTF_8)));
            }
            return values;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
