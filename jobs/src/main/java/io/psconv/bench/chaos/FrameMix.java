package io.psconv.bench.chaos;

import io.psconv.job.kafka.FrameDeserializationSchema;
import io.psconv.operator.record.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What frame of what number is sent: good pictures, and some bad frames of every kind.
 *
 * <p>Which frames are bad depends on the seed and the number alone. Cameras take turns; camera
 * {@code c} always writes to partition {@code c mod partitions}.
 */
final class FrameMix {
    /** Header with the frame's number, by which it is known again in the topic. */
    static final String NUMBER = "frame-number";

    static final int CAMERAS = 8;

    /** Few enough that every picture is answered many times by each model. */
    static final int PICTURES = 64;

    private static final double BAD = 0.06;
    private static final int SIGNATURE_AND_HEADER = 33;
    private static final long HALF_AN_HOUR = 1_800_000;

    private static final List<RejectionReason> FAULTS =
            List.of(
                    RejectionReason.EMPTY,
                    RejectionReason.UNKNOWN_FORMAT,
                    RejectionReason.TOO_MANY_PIXELS,
                    RejectionReason.CORRUPT_IMAGE,
                    RejectionReason.BAD_RAW_SHAPE,
                    RejectionReason.CLOCK_AHEAD);

    private final String topic;
    private final int partitions;
    private final List<byte[]> pictures;
    private final long seed;

    /**
     * Describes a mix.
     *
     * @param pictures encoded as PNG, at least one, of which the first {@link #PICTURES} are sent
     */
    FrameMix(String topic, int partitions, List<byte[]> pictures, long seed) {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("pictures was empty but something must be sent");
        }
        this.topic = topic;
        this.partitions = partitions;
        this.pictures = List.copyOf(pictures.subList(0, Math.min(PICTURES, pictures.size())));
        this.seed = seed;
    }

    /** The frame of a number that is due at a time. */
    SentFrame frame(int number, long dueMillis) {
        SplittableRandom random = new SplittableRandom(seed + number * 0x9E3779B97F4A7C15L);
        @Nullable RejectionReason fault =
                random.nextDouble() < BAD ? FAULTS.get(random.nextInt(FAULTS.size())) : null;
        return new SentFrame(
                number,
                "camera-" + number % CAMERAS,
                fault == RejectionReason.CLOCK_AHEAD ? dueMillis + HALF_AN_HOUR : dueMillis,
                random.nextInt(pictures.size()),
                fault);
    }

    /** The record in which a frame is sent. */
    ProducerRecord<byte[], byte[]> record(SentFrame frame) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topic,
                        frame.number() % CAMERAS % partitions,
                        frame.timestampMillis(),
                        frame.camera().getBytes(StandardCharsets.UTF_8),
                        payload(frame));
        record.headers()
                .add(NUMBER, Integer.toString(frame.number()).getBytes(StandardCharsets.US_ASCII));
        if (frame.fault() == RejectionReason.BAD_RAW_SHAPE) {
            record.headers()
                    .add(
                            FrameDeserializationSchema.CONTENT_TYPE,
                            "image/x-raw-rgb;width=32;height=32"
                                    .getBytes(StandardCharsets.US_ASCII));
        }
        return record;
    }

    /** The number in a record's headers. */
    static int number(byte[] header) {
        return Integer.parseInt(new String(header, StandardCharsets.US_ASCII));
    }

    private byte[] payload(SentFrame frame) {
        byte[] picture = pictures.get(frame.picture());
        RejectionReason fault = frame.fault();
        if (fault == null) {
            return picture;
        }
        return switch (fault) {
            case EMPTY -> new byte[0];
            case UNKNOWN_FORMAT -> "not a picture".getBytes(StandardCharsets.US_ASCII);
            case TOO_MANY_PIXELS -> declaring(picture, 60_000);
            case CORRUPT_IMAGE -> Arrays.copyOf(picture, SIGNATURE_AND_HEADER + 20);
            case BAD_RAW_SHAPE -> new byte[100];
            default -> picture;
        };
    }

    /** A PNG whose header declares another size (RFC 2083, 4.1.1). */
    private static byte[] declaring(byte[] picture, int size) {
        byte[] changed = picture.clone();
        ByteBuffer buffer = ByteBuffer.wrap(changed);
        buffer.putInt(16, size).putInt(20, size);
        CRC32 check = new CRC32();
        check.update(changed, 12, 17);
        buffer.putInt(29, (int) check.getValue());
        return changed;
    }
}
