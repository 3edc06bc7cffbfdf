package io.psconv.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.job.kafka.FrameDeserializationSchema;
import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.decode.FrameDecoder;
import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameMixTest {
    private static final int FRAMES = 2000;
    private static final FeatureShape INPUT = new FeatureShape(3, 32, 32);

    @Test
    void sendsFramesThatAreRejectedAsForetold() throws Exception {
        FrameMix mix = new FrameMix("frames", 4, List.of(png()), 7);
        Map<RejectionReason, Integer> faults = new EnumMap<>(RejectionReason.class);
        try (FrameDecoder decoder = decoder()) {
            for (int number = 0; number < FRAMES; number++) {
                SentFrame frame = mix.frame(number, 1_000_000 + number);
                @Nullable RejectionReason fault = frame.fault();
                if (fault == RejectionReason.CLOCK_AHEAD) {
                    assertThat(frame.timestampMillis()).isEqualTo(2_800_000 + number);
                } else {
                    assertThat(reason(decoder, mix.record(frame))).isEqualTo(fault);
                }
                if (fault != null) {
                    faults.merge(fault, 1, Integer::sum);
                }
            }
        }
        assertThat(faults).hasSize(6);
        assertThat(faults.values().stream().mapToInt(Integer::intValue).sum())
                .isBetween(FRAMES / 25, FRAMES / 12);
    }

    @Test
    void keepsACameraInOnePartition() {
        FrameMix mix = new FrameMix("frames", 4, List.of(new byte[100]), 7);

        for (int number = 0; number < 64; number++) {
            SentFrame frame = mix.frame(number, 0);
            assertThat(frame.camera()).isEqualTo("camera-" + number % 8);
            assertThat(mix.record(frame).partition()).isEqualTo(number % 4);
        }
    }

    @Test
    void carriesTheNumberByWhichAFrameIsKnownAgain() {
        FrameMix mix = new FrameMix("frames", 4, List.of(new byte[100]), 7);
        ProducerRecord<byte[], byte[]> record = mix.record(mix.frame(1234, 0));

        assertThat(FrameMix.number(record.headers().lastHeader(FrameMix.NUMBER).value()))
                .isEqualTo(1234);
    }

    @Test
    void dependsOnTheSeed() {
        FrameMix mix = new FrameMix("frames", 4, List.of(new byte[1], new byte[2]), 7);
        FrameMix same = new FrameMix("frames", 4, List.of(new byte[1], new byte[2]), 7);
        FrameMix other = new FrameMix("frames", 4, List.of(new byte[1], new byte[2]), 8);

        assertThat(faults(mix)).isEqualTo(faults(same)).isNotEqualTo(faults(other));
    }

    private static List<SentFrame> faults(FrameMix mix) {
        return IntStream.range(0, 100).mapToObj(number -> mix.frame(number, 0)).toList();
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(
                INPUT,
                new Normalisation(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)),
                new DecodeLimits(25_000_000, 16_000_000),
                null);
    }

    private static @Nullable RejectionReason reason(
            FrameDecoder decoder, ProducerRecord<byte[], byte[]> record) {
        @Nullable Header type =
                record.headers().lastHeader(FrameDeserializationSchema.CONTENT_TYPE);
        Frame frame =
                new Frame(
                        new FrameId("frames", 0, 0),
                        "camera",
                        0,
                        type == null ? null : new String(type.value(), StandardCharsets.UTF_8),
                        record.value());
        try {
            decoder.decode(frame, new float[INPUT.length()], 0);
            return null;
        } catch (UndecodableFrameException e) {
            return e.reason();
        }
    }

    private static byte[] png() throws Exception {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", encoded);
        return encoded.toByteArray();
    }
}
