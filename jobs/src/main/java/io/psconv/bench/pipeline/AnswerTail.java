package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic of classifications as it grows, in a thread of its own, and notes when each was
 * there.
 */
final class AnswerTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BenchJob job;
    private final boolean keepsValues;
    private final Thread thread;
    private final List<Seen> seen = new ArrayList<>();
    private @Nullable RuntimeException failure;

    /**
     * Starts at the topic's beginning.
     *
     * @param job whose answers they are
     * @param isolation whether what is not committed is read too
     * @param keepsValues whether values are wanted, or only when they came
     */
    AnswerTail(KafkaProperties kafka, BenchJob job, IsolationLevel isolation, boolean keepsValues) {
        this.job = job;
        this.keepsValues = keepsValues;
        String topic = job.output();
        Properties properties = kafka.toProperties();
        properties.setProperty(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation.toString().toLowerCase(Locale.ROOT));
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
        // Or it would bring a topic back that is deleted beside it.
        properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.thread = new Thread(this::read, "psconv-bench-" + isolation);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            while (true) {
                consumer.poll(POLL).forEach(this::note);
            }
        } catch (WakeupException e) {
            // Told to end.
        } catch (RuntimeException e) {
            synchronized (seen) {
                failure = e;
            }
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        Seen answer = job.seen(record, System.currentTimeMillis(), keepsValues);
        synchronized (seen) {
            seen.add(answer);
        }
    }

    /** Answers since {@link #takeAll} was called last. */
    int count() {
        synchronized (seen) {
            if (failure != null) {
                throw failure;
            }
            return seen.size();
        }
    }

    /** Hands out the answers since it was called last. */
    List<Seen> takeAll() {
        synchronized (seen) {
            List<Seen> all = List.copyOf(seen);
            seen.clear();
            return all;
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One answer.
     *
     * @param frame identity of its frame
     * @param dueMillis when the frame was due, which it carries as its time
     * @param seenMillis when the answer was there
     * @param value the classification, if it is wanted
     */
    record Seen(String frame, long dueMillis, long seenMillis, byte @Nullable [] value) {
        long latencyMillis() {
            return Math.max(0, seenMillis - dueMillis);
        }
    }
}
