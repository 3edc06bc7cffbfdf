package io.psconv.bench.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a mix of frames at times that are fixed in advance, whatever happens to the broker.
 *
 * <p>The producer is idempotent, wants every replica's acknowledgement and tries again for {@link
 * #DELIVERY}. What counts as produced is what was acknowledged. One thread calls {@link #run};
 * everything else may be called from any.
 */
final class FrameLoad implements AutoCloseable {
    private static final Duration DELIVERY = Duration.ofMinutes(10);

    private final FrameMix mix;
    private final double framesPerSecond;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Integer, SentFrame> acknowledged = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    FrameLoad(String bootstrapServers, FrameMix mix, double framesPerSecond) {
        if (!(framesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "rate was '" + framesPerSecond + "' but it must be above 0 frames/s");
        }
        this.mix = mix;
        this.framesPerSecond = framesPerSecond;
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
        properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.setProperty(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Long.toString(DELIVERY.toMillis()));
        properties.setProperty(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(DELIVERY.toMillis()));
        properties.setProperty(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "1");
        this.producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Sends frames and waits until the broker has acknowledged them all.
     *
     * @param startMillis when frame 0 is due, milliseconds since 1970
     * @param length how long to send
     * @throws IllegalStateException if the broker refused a frame, or took none for too long
     * @throws InterruptException if the thread was interrupted
     */
    void run(long startMillis, Duration length) {
        int count = (int) (length.toMillis() * framesPerSecond / 1000);
        for (int number = 0; number < count && failure.get() == null; number++) {
            long due = startMillis + Math.round(number * 1000 / framesPerSecond);
            SentFrame frame = mix.frame(number, due);
            waitUntil(due);
            // The callback sees every outcome, so the future is not needed.
            Future<RecordMetadata> unused =
                    producer.send(
                            mix.record(frame),
                            (metadata, exception) -> {
                                if (exception == null) {
                                    acknowledged.put(frame.number(), frame);
                                } else {
                                    failure.compareAndSet(null, exception);
                                }
                            });
        }
        producer.flush();
        if (failure.get() != null) {
            throw new IllegalStateException("the broker refused a frame", failure.get());
        }
    }

    private static void waitUntil(long dueMillis) {
        long left = dueMillis - System.currentTimeMillis();
        while (left > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(left));
            if (Thread.interrupted()) {
                throw new InterruptException("stopped while sending frames");
            }
            left = dueMillis - System.currentTimeMillis();
        }
    }

    /** Frames acknowledged so far. */
    int produced() {
        return acknowledged.size();
    }

    /** What was acknowledged, in the order of sending. */
    List<SentFrame> acknowledged() {
        return acknowledged.values().stream()
                .sorted((one, other) -> Integer.compare(one.number(), other.number()))
                .toList();
    }

    /** Gives up what is not acknowledged. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
