package io.psconv.cli;

import io.psconv.job.kafka.FrameDeserializationSchema;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.RejectedFrameJson;
import io.psconv.job.kafka.ReplayHeaders;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.operator.record.FrameReplay;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends rejected frames again, each once.
 *
 * <p>Frames and how far the topic has been gone through are written in one transaction, by a
 * producer whose transactional id is the group: after a crash nothing is sent twice, and of two
 * replays at once the older one is shut out. How far is remembered for each reason, so that the
 * frames of one reason can be sent today and those of another tomorrow. For one thread.
 */
final class RejectedReplay implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Of what one transaction sends; the largest payloads kept are about 0.7 MB. */
    private static final int BATCH = 100;

    /** The broker has the say on how large a record may be. */
    private static final int MAX_REQUEST_BYTES = 1 << 28;

    private final KafkaProperties kafka;
    private final ReplaySettings settings;
    private final TopicCheck topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final OriginalFrames originals;
    private final @Nullable KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Integer> partitions = new HashMap<>();

    RejectedReplay(KafkaProperties kafka, ReplaySettings settings) {
        this.kafka = kafka;
        this.settings = settings;
        topics = new TopicCheck(kafka);
        topics.requireTopics(List.of(settings.rejectedTopic()));
        consumer = consumer(settings.group());
        originals = new OriginalFrames(kafka);
        producer = settings.dryRun() ? null : producer(kafka, settings.group());
    }

    private KafkaConsumer<byte[], byte[]> consumer(String group) {
        Properties properties = kafka.toProperties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(BATCH));
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaProperties kafka, String group) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_REQUEST_BYTES));
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(MAX_REQUEST_BYTES));
        properties.putAll(kafka.toProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Sends what is open, up to the end or a stop.
     *
     * @param progress called with the number of frames sent, after each transaction
     * @throws IllegalStateException if Kafka does not take them; what was committed before stays
     */
    ReplaySummary run(StopSignal stop, LongConsumer progress) {
        if (producer != null) {
            // Ends what a replay that crashed left open, and shuts out one that is still at it.
            producer.initTransactions();
        }
        consumer.assign(
                consumer.partitionsFor(settings.rejectedTopic()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .collect(Collectors.toSet()));
        ReplayPositions positions = new ReplayPositions(consumer, this::consumer, settings);
        positions.seek(consumer);
        ReplaySummary summary = new ReplaySummary();
        while (!stop.isStopped() && !positions.isAtEnd(consumer)) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                summary.add(
                        producer == null
                                ? send(null, records, positions)
                                : commit(producer, records, positions));
                progress.accept(summary.of(ReplayOutcome.SENT));
            }
        }
        return summary;
    }

    private ReplaySummary commit(
            KafkaProducer<byte[], byte[]> sender,
            ConsumerRecords<byte[], byte[]> records,
            ReplayPositions positions) {
        Map<RejectionReason, Map<TopicPartition, Long>> reached =
                new EnumMap<>(RejectionReason.class);
        sender.beginTransaction();
        try {
            ReplaySummary sent = send(sender, records, positions);
            for (RejectionReason reason : settings.reasons()) {
                reached.put(reason, positions.reached(reason, consumer));
                commitOffsets(sender, positions.group(reason), reached.get(reason));
            }
            sender.commitTransaction();
            reached.forEach(positions::advance);
            return sent;
        } catch (ProducerFencedException e) {
            throw new IllegalStateException(
                    "another replay with group '"
                            + settings.group()
                            + "' has taken over; let one run at a time",
                    e);
        } catch (KafkaException e) {
            sender.abortTransaction();
            throw new IllegalStateException(
                    "Kafka did not take the rejected frames: "
                            + e.getMessage()
                            + "; nothing of this transaction was sent, start again when it is"
                            + " mended",
                    e);
        } catch (RuntimeException e) {
            sender.abortTransaction();
            throw e;
        }
    }

    private static void commitOffsets(
            KafkaProducer<byte[], byte[]> sender,
            ConsumerGroupMetadata group,
            Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> committed.put(partition, new OffsetAndMetadata(offset)));
        sender.sendOffsetsToTransaction(committed, group);
    }

    /** Sends a batch's frames, or without a sender counts them. */
    private ReplaySummary send(
            @Nullable KafkaProducer<byte[], byte[]> sender,
            ConsumerRecords<byte[], byte[]> records,
            ReplayPositions positions) {
        ReplaySummary summary = new ReplaySummary();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (!positions.isWithin(partition, record.offset())) {
                continue;
            }
            @Nullable RejectedFrame rejected = read(record.value());
            if (rejected == null) {
                summary.count(ReplayOutcome.UNREADABLE);
            } else if (positions.isOpen(rejected.reason(), partition, record.offset())) {
                replay(sender, rejected, summary);
            }
        }
        return summary;
    }

    private static @Nullable RejectedFrame read(byte @Nullable [] value) {
        try {
            return value == null ? null : RejectedFrameJson.read(value);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Committing throws what sending could not do.
    private void replay(
            @Nullable KafkaProducer<byte[], byte[]> sender,
            RejectedFrame rejected,
            ReplaySummary summary) {
        if (rejected.payloadLength() == 0) {
            summary.count(ReplayOutcome.EMPTY);
            return;
        }
        if (rejected.attempts() >= settings.maxAttempts()) {
            summary.count(ReplayOutcome.EXHAUSTED);
            return;
        }
        @Nullable ProducerRecord<byte[], byte[]> frame = frame(rejected);
        if (frame == null) {
            summary.gone(rejected.frame().toString());
            return;
        }
        if (sender != null) {
            sender.send(frame);
        }
        summary.sent(rejected.reason());
    }

    /** The frame with what is known of it, or null if its original is not to be had. */
    private @Nullable ProducerRecord<byte[], byte[]> frame(RejectedFrame rejected) {
        byte @Nullable [] payload = rejected.payload();
        byte @Nullable [] key =
                rejected.camera().isEmpty()
                        ? null
                        : rejected.camera().getBytes(StandardCharsets.UTF_8);
        RecordHeaders headers = new RecordHeaders();
        if (payload == null) {
            @Nullable ConsumerRecord<byte[], byte[]> original = originals.find(rejected);
            if (original == null) {
                return null;
            }
            payload = original.value();
            key = original.key();
            original.headers().forEach(headers::add);
        } else if (rejected.contentType() != null) {
            headers.add(
                    FrameDeserializationSchema.CONTENT_TYPE,
                    rejected.contentType().getBytes(StandardCharsets.UTF_8));
        }
        ReplayHeaders.write(next(rejected), headers);
        long timestamp = rejected.timestampMillis();
        return record(rejected, timestamp < 0 ? null : timestamp, key, payload, headers);
    }

    /** Into the partition it came from where that is there, so that a camera keeps its order. */
    @SuppressWarnings("NullAway") // Kafka's own annotations do not say what may be null.
    private ProducerRecord<byte[], byte[]> record(
            RejectedFrame rejected,
            @Nullable Long timestamp,
            byte @Nullable [] key,
            byte[] payload,
            RecordHeaders headers) {
        String from = rejected.frame().topic();
        String to = settings.framesTopic() == null ? from : settings.framesTopic();
        int count = partitions.computeIfAbsent(to, this::partitionsOf);
        @Nullable Integer partition =
                to.equals(from) && rejected.frame().partition() < count
                        ? (Integer) rejected.frame().partition()
                        : null;
        return new ProducerRecord<>(to, partition, timestamp, key, payload, headers);
    }

    private int partitionsOf(String topic) {
        return topics.partitions(List.of(topic)).getOrDefault(topic, 0);
    }

    private static FrameReplay next(RejectedFrame rejected) {
        @Nullable FrameReplay before = rejected.replay();
        String original = before == null ? rejected.frame().toString() : before.original();
        return new FrameReplay(original, rejected.attempts() + 1);
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(10));
        }
        originals.close();
        consumer.close();
        topics.close();
    }
}
