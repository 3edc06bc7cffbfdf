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

    /** Longer than a broker takes to mark what was committed. */
    private static final Duration MARKERS = Duration.ofSeconds(5);

    private final KafkaProperties kafka;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Starts at the beginning of every partition that the topics have now. */
    public CommittedRecords(String bootstrapServers, List<String> topics) {
        this(KafkaProperties.of(bootstrapServers), topics);
    }

    /** Starts at the beginning of every partition that the topics have now. */
    public CommittedRecords(KafkaProperties kafka, List<String> topics) {
        this.kafka = kafka;
        this.consumer =
                new KafkaConsumer<>(
                        properties("read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
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

    /**
     * Takes in everything that is committed by now. A broker answers a commit before it has marked
     * it in each partition, so all that is written is waited for a while.
     */
    public void pollToEnd(Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        Map<TopicPartition, Long> written = writtenEnds();
        long deadline = System.nanoTime() + MARKERS.toNanos();
        while (isBefore(written) && System.nanoTime() < deadline) {
            poll(taker);
        }
        Map<TopicPartition, Long> committed = consumer.endOffsets(consumer.assignment());
        while (isBefore(committed)) {
            poll(taker);
        }
    }

    private boolean isBefore(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private Map<TopicPartition, Long> writtenEnds() {
        try (KafkaConsumer<byte[], byte[]> uncommitted =
                new KafkaConsumer<>(
                        properties("read_uncommitted"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            return uncommitted.endOffsets(consumer.assignment());
        }
    }

    private Properties properties(String isolation) {
        Properties properties = kafka.toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
        return properties;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
