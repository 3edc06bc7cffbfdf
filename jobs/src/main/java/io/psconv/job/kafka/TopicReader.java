package io.psconv.job.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a small topic from its beginning, without a group. For one thread. */
final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** A reader of a topic that exists. */
    TopicReader(KafkaProperties kafka, String topic) {
        Properties properties = kafka.toProperties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList());
        toBeginning();
    }

    void toBeginning() {
        consumer.seekToBeginning(consumer.assignment());
    }

    /** The offset behind the last record of the first partition. */
    long end() {
        return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                .filter(end -> end.getKey().partition() == 0)
                .mapToLong(Map.Entry::getValue)
                .findFirst()
                .orElse(0);
    }

    /** The next records, waiting a moment if there are none. */
    ConsumerRecords<byte[], byte[]> poll() {
        return consumer.poll(POLL);
    }

    /** Everything that is there now. */
    List<ConsumerRecord<byte[], byte[]>> readAll() {
        toBeginning();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll().forEach(all::add);
        }
        return all;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
