package io.psconv.bench;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.operator.record.FrameId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends frames at times that are fixed in advance, whatever the system behind does.
 *
 * <p>Frame {@code i} is due at {@code start + i / rate} and carries that time as its timestamp, so
 * that a late system shows as latency and not as fewer frames. Cameras take turns; camera {@code c}
 * always writes to partition {@code c mod partitions}.
 */
public final class OpenLoopProducer {
    private final KafkaProperties kafka;
    private final String topic;
    private final int partitions;
    private final int cameras;
    private final double framesPerSecond;

    /**
     * Describes a load.
     *
     * @param partitions of the topic
     * @param cameras that take turns, at least 1
     * @param framesPerSecond of all cameras together, above 0
     */
    public OpenLoopProducer(
            String bootstrapServers,
            String topic,
            int partitions,
            int cameras,
            double framesPerSecond) {
        this(KafkaProperties.of(bootstrapServers), topic, partitions, cameras, framesPerSecond);
    }

    /** Describes a load on a Kafka that wants more than its address. */
    public OpenLoopProducer(
            KafkaProperties kafka,
            String topic,
            int partitions,
            int cameras,
            double framesPerSecond) {
        if (cameras < 1) {
            throw new IllegalArgumentException(
                    "cameras was '" + cameras + "' but it must be at least 1");
        }
        if (!(framesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "rate was '" + framesPerSecond + "' but it must be above 0 frames/s");
        }
        this.kafka = kafka;
        this.topic = topic;
        this.partitions = partitions;
        this.cameras = cameras;
        this.framesPerSecond = framesPerSecond;
    }

    /**
     * Sends frames and waits until the broker has them all.
     *
     * @param count how many
     * @param payloads encoded image of a frame by its number
     * @param startMillis when frame 0 is due, milliseconds since 1970
     * @return numbers of the frames by their place in Kafka
     * @throws InterruptedException if the thread is interrupted; frames sent stay sent
     */
    public Map<FrameId, Integer> send(int count, Payloads payloads, long startMillis)
            throws InterruptedException {
        long[] due = new long[count];
        Arrays.setAll(due, number -> startMillis + Math.round(number * 1000 / framesPerSecond));
        return send(due, payloads);
    }

    /**
     * Sends frames at times of their own and waits until the broker has them all.
     *
     * @param dueMillis when each is due, milliseconds since 1970, ascending
     * @param payloads encoded image of a frame by its number
     * @return numbers of the frames by their place in Kafka
     * @throws InterruptedException if the thread is interrupted; frames sent stay sent
     */
    public Map<FrameId, Integer> send(long[] dueMillis, Payloads payloads)
            throws InterruptedException {
        Map<FrameId, Integer> sent = new ConcurrentHashMap<>();
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties())) {
            for (int number = 0; number < dueMillis.length && failure.get() == null; number++) {
                long due = dueMillis[number];
                byte[] payload = payloads.of(number);
                waitUntil(due);
                int camera = number % cameras;
                int frame = number;
                // The callback sees every outcome, so the future is not needed.
                Future<RecordMetadata> unused =
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        camera % partitions,
                                        due,
                                        ("camera-" + camera).getBytes(StandardCharsets.UTF_8),
                                        payload),
                                (metadata, exception) -> {
                                    if (exception != null) {
                                        failure.compareAndSet(null, exception);
                                    } else {
                                        sent.put(
                                                new FrameId(
                                                        topic,
                                                        metadata.partition(),
                                                        metadata.offset()),
                                                frame);
                                    }
                                });
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "frames could not be sent to " + kafka.bootstrapServers(), failure.get());
        }
        return sent;
    }

    private static void waitUntil(long dueMillis) throws InterruptedException {
        long left = dueMillis - System.currentTimeMillis();
        while (left > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(left));
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while sending frames");
            }
            left = dueMillis - System.currentTimeMillis();
        }
    }

    private Properties properties() {
        Properties properties = kafka.toProperties();
        properties.setProperty(
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.setProperty(
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "1");
        return properties;
    }

    /** Encoded images by frame number. */
    public interface Payloads {
        byte[] of(int number);
    }
}
