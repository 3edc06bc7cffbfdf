package io.psconv.bench;

import io.psconv.job.kafka.ClassificationJson;
import io.psconv.job.kafka.RejectedFrameJson;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectedFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads results as any careful consumer would, committed ones only, and keeps what they say.
 *
 * <p>A result's latency is from its frame's timestamp to the moment it is read here. For one
 * thread.
 */
public final class ResultReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String classificationsTopic;
    private final Map<FrameId, Classification> classified = new HashMap<>();
    private final List<Classification> inOrderOfArrival = new ArrayList<>();
    private final Map<FrameId, RejectedFrame> rejected = new HashMap<>();
    private final Histogram latencyMillis = new Histogram(3);
    private int duplicates;
    private long lastVisibleMillis;

    /** Starts at the beginning of both topics. */
    public ResultReader(
            String bootstrapServers, String classificationsTopic, String rejectedTopic) {
        this.classificationsTopic = classificationsTopic;
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
        this.consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(classificationsTopic, rejectedTopic)) {
            consumer.partitionsFor(topic)
                    .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Takes in what is there, waiting a moment if nothing is. */
    public void poll() {
        var records = consumer.poll(POLL);
        long now = System.currentTimeMillis();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            lastVisibleMillis = now;
            if (record.topic().equals(classificationsTopic)) {
                Classification classification = ClassificationJson.read(record.value());
                latencyMillis.recordValue(Math.max(0, now - classification.timestampMillis()));
                inOrderOfArrival.add(classification);
                duplicates +=
                        classified.put(classification.frame(), classification) == null ? 0 : 1;
            } else {
                RejectedFrame frame = RejectedFrameJson.read(record.value());
                duplicates += rejected.put(frame.frame(), frame) == null ? 0 : 1;
            }
        }
    }

    /** Takes in everything that is committed by now. */
    public void pollToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
    }

    /** Frames with a result. */
    public int results() {
        return classified.size() + rejected.size();
    }

    public Map<FrameId, Classification> classified() {
        return classified;
    }

    /** Every classification read, repeated ones too. */
    public List<Classification> inOrderOfArrival() {
        return Collections.unmodifiableList(inOrderOfArrival);
    }

    public Map<FrameId, RejectedFrame> rejected() {
        return rejected;
    }

    /** Results for a frame that had one already. */
    public int duplicates() {
        return duplicates;
    }

    /** Latencies of classifications in milliseconds. */
    public Histogram latencyMillis() {
        return latencyMillis;
    }

    /** When the newest result was read, milliseconds since 1970. */
    public long lastVisibleMillis() {
        return lastVisibleMillis;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
