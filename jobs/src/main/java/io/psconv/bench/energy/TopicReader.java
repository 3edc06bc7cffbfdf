package io.psconv.bench.energy;

import io.psconv.job.kafka.KafkaProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its beginning to where it ended when the reader was made, committed records
 * only. For one thread.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;

    /** Notes where the topic, which must exist, ends. */
    public TopicReader(KafkaProperties kafka, String topic) {
        this.topic = topic;
        Properties properties = kafka.toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            this.ends = consumer.endOffsets(partitions);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Hands out the values of all records up to that end, some that were written later perhaps;
     * records without a value as an empty one.
     *
     * @throws IllegalStateException if the brokers send nothing for half a minute
     */
    public void readAll(Consumer<byte[]> values) {
        long heard = System.nanoTime();
        while (!isAtEnd()) {
            var records = consumer.poll(POLL);
            records.forEach(
                    record -> values.accept(record.value() == null ? new byte[0] : record.value()));
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > LONGEST_SILENCE.toNanos()) {
                throw new IllegalStateException(
                        "nothing came from topic '"
                                + topic
                                + "' for "
                                + LONGEST_SILENCE.toSeconds()
                                + " s before its end; check that its brokers are up");
            }
        }
    }

    private boolean isAtEnd() {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
