package io.psconv.cli;

import io.psconv.cli.FrameFiles.StoredFrame;
import io.psconv.job.kafka.FrameDeserializationSchema;
import io.psconv.job.kafka.KafkaProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames of one camera at a steady rate.
 *
 * <p>The schedule is fixed at the start: frame n is due n / rate seconds later. A frame that is
 * late is sent at once and the following ones are not put off, so the load offered does not sink
 * when Kafka is slow.
 */
final class FrameProducer implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Settings settings;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    FrameProducer(KafkaProperties kafka, Settings settings) {
        this.settings = settings;
        Properties properties = new Properties();
        properties.put("enable.idempotence", "true");
        properties.put("acks", "all");
        properties.put("max.block.ms", "10000");
        properties.put("delivery.timeout.ms", "30000");
        properties.put("request.timeout.ms", "10000");
        properties.putAll(kafka.toProperties());
        producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What a record's timestamp is. */
    enum Timestamps {
        /** When the frame is sent. */
        NOW,
        /** When the frame is due. */
        CAPTURE
    }

    /**
     * What to send.
     *
     * @param topic where to
     * @param camera key of every record
     * @param rate frames a second
     * @param loop whether to start over after the last frame
     * @param limit frames after which to end
     * @param timestamps what a record's timestamp is
     */
    record Settings(
            String topic,
            String camera,
            double rate,
            boolean loop,
            long limit,
            Timestamps timestamps) {}

    /**
     * What was sent.
     *
     * @param frames how many
     * @param bytes of their payloads
     * @param elapsedNanos from the start until Kafka had them all
     * @param maxLateNanos how long after it was due the latest frame was sent
     */
    record Summary(long frames, long bytes, long elapsedNanos, long maxLateNanos) {}

    /**
     * Sends frames until the last, the limit or a stop, and waits until Kafka has them.
     *
     * @param path folder of images, or motion-JPEG file
     * @param progress called with the number of frames sent, after each
     * @throws IOException if a frame cannot be read, or Kafka does not take it
     */
    Summary send(Path path, StopSignal stop, LongConsumer progress)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        long startMillis = System.currentTimeMillis();
        long sent = 0;
        long bytes = 0;
        long maxLate = 0;
        FrameFiles files = FrameFiles.open(path);
        try {
            while (sent < settings.limit()) {
                @Nullable StoredFrame frame = files.next();
                if (frame == null) {
                    if (!settings.loop()) {
                        break;
                    }
                    files.close();
                    files = FrameFiles.open(path);
                    continue;
                }
                long dueNanos = (long) (sent / settings.rate() * NANOS_PER_SECOND);
                if (stop.awaitUntil(start + dueNanos)) {
                    break;
                }
                maxLate = Math.max(maxLate, System.nanoTime() - start - dueNanos);
                send(frame, startMillis + dueNanos / 1_000_000);
                sent++;
                bytes += frame.bytes().length;
                progress.accept(sent);
                throwFailure();
            }
        } finally {
            files.close();
        }
        producer.flush();
        throwFailure();
        return new Summary(sent, bytes, System.nanoTime() - start, maxLate);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback sees the failure.
    private void send(StoredFrame frame, long dueMillis) {
        byte[] contentType = frame.contentType().getBytes(StandardCharsets.UTF_8);
        List<Header> headers =
                List.of(new RecordHeader(FrameDeserializationSchema.CONTENT_TYPE, contentType));
        long timestamp =
                switch (settings.timestamps()) {
                    case NOW -> System.currentTimeMillis();
                    case CAPTURE -> dueMillis;
                };
        producer.send(
                new ProducerRecord<>(
                        settings.topic(),
                        null,
                        timestamp,
                        settings.camera().getBytes(StandardCharsets.UTF_8),
                        frame.bytes(),
                        headers),
                (metadata, exception) -> {
                    if (exception != null) {
                        failure.compareAndSet(null, exception);
                    }
                });
    }

    private void throwFailure() throws IOException {
        @Nullable Exception exception = failure.get();
        if (exception != null) {
            throw new IOException(
                    "Kafka did not take a frame for topic '"
                            + settings.topic()
                            + "': "
                            + exception.getMessage(),
                    exception);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
