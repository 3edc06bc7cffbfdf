package io.psconv.bench;

import io.psconv.job.kafka.KafkaProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics from their beginning as {@code read_committed} shows them.
 *
 * <p>Records of a partition come in its order. While the broker is away nothing comes. For one
 * thread.
 */
public final class CommittedRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Starts at the beginning of every partition that the topics have now. */
    public CommittedRecords(String bootstrapServers, List<String> topics) {
        this(KafkaProperties.of(bootstrapServers), topics);
    }

    /** Starts at the beginning of every partition that the topics have now. */
    public CommittedRecords(KafkaProperties kafka, List<String> topics) {
        Properties properties = kafka.toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
        this.consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            consumer.partitionsFor(topic)
                    .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Takes in what is there, waiting a moment if nothing is. */
    public void poll(Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        consumer.poll(POLL).forEach(taker);
    }

    /** Takes in everything that is committed by now. */
    public void pollToEnd(Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(taker);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
