package io.psconv.cli;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectedFrame;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads frames back from their place in Kafka. For one thread. */
final class OriginalFrames implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;

    OriginalFrames(KafkaProperties kafka) {
        Properties properties = kafka.toProperties();
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // One batch of records is what Kafka answers with at least; no more is wanted.
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "1");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * The record that was rejected, or null if it is there no more.
     *
     * <p>One that has other bytes is another: of a topic that was deleted and made again.
     */
    @Nullable ConsumerRecord<byte[], byte[]> find(RejectedFrame rejected) {
        @Nullable ConsumerRecord<byte[], byte[]> found = at(rejected.frame());
        boolean same =
                found != null
                        && found.value() != null
                        && found.value().length == rejected.payloadLength()
                        && digest(found.value()).equals(rejected.payloadDigest());
        return same ? found : null;
    }

    private @Nullable ConsumerRecord<byte[], byte[]> at(FrameId frame) {
        TopicPartition partition = new TopicPartition(frame.topic(), frame.partition());
        if (consumer.partitionsFor(frame.topic()).stream()
                .noneMatch(info -> info.partition() == frame.partition())) {
            return null;
        }
        long oldest = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (frame.offset() < oldest || frame.offset() >= end) {
            return null;
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, frame.offset());
        long deadline = System.nanoTime() + LIMIT.toNanos();
        // Compaction may have left a gap: then the position moves on without a record.
        while (consumer.position(partition) <= frame.offset()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return record.offset() == frame.offset() ? record : null;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "frame '"
                                + frame
                                + "' was not read back within "
                                + LIMIT.toSeconds()
                                + " s; check that Kafka answers and start again");
            }
        }
        return null;
    }

    private static String digest(byte[] payload) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(
                    "every Java has SHA-256, but this one does not", absent);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
