package io.psconv.operator.decode;

import static io.psconv.operator.decode.TestImages.encoded;
import static io.psconv.operator.decode.TestImages.frame;
import static io.psconv.operator.decode.TestImages.pattern;
import static io.psconv.operator.decode.TestImages.shades;
import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged images decode or are rejected; nothing else ever comes out of the decoder. */
class FrameDecoderFuzzTest {
    private static final int MUTATIONS = 6_000;
    private static final Normalisation PLAIN =
            new Normalisation(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

    @Test
    void onlyRejectionsEscapeFromDamagedImages() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> images =
                List.of(
                        encoded(shades(24, 24, BufferedImage.TYPE_3BYTE_BGR), "jpeg"),
                        encoded(shades(24, 24, BufferedImage.TYPE_BYTE_GRAY), "jpeg"),
                        encoded(pattern(16, 16, BufferedImage.TYPE_3BYTE_BGR), "png"),
                        encoded(pattern(16, 16, BufferedImage.TYPE_4BYTE_ABGR), "png"),
                        encoded(pattern(16, 16, BufferedImage.TYPE_BYTE_INDEXED), "png"),
                        encoded(pattern(16, 16, BufferedImage.TYPE_USHORT_GRAY), "png"),
                        encoded(pattern(16, 16, BufferedImage.TYPE_BYTE_INDEXED), "gif"),
                        encoded(pattern(16, 16, BufferedImage.TYPE_3BYTE_BGR), "bmp"),
                        encoded(pattern(16, 16, BufferedImage.TYPE_BYTE_INDEXED), "bmp"));
        float[] output = new float[3 * 16 * 16];
        int rejected = 0;

        try (FrameDecoder decoder = decoder()) {
            for (int run = 0; run < MUTATIONS; run++) {
                byte[] payload = mutated(images.get(run % images.size()), random);
                try {
                    decoder.decode(frame(payload), output, 0);
                } catch (UndecodableFrameException expected) {
                    rejected++;
                    assertThat(expected.getMessage()).isNotEmpty();
                } catch (RuntimeException | Error escaped) {
                    throw new AssertionError(
                            "seed "
                                    + seed
                                    + ", run "
                                    + run
                                    + ": "
                                    + HexFormat.of().formatHex(payload),
                            escaped);
                }
            }
        }

        assertThat(rejected).as("rejected, seed %d", seed).isBetween(MUTATIONS / 10, MUTATIONS);
    }

    @Test
    void onlyRejectionsEscapeFromRandomContentTypes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = ";=widthheght0123456789 -x";
        float[] output = new float[3 * 16 * 16];

        try (FrameDecoder decoder = decoder()) {
            for (int run = 0; run < 5_000; run++) {
                StringBuilder contentType = new StringBuilder("image/x-raw-rgb");
                int length = random.nextInt(40);
                for (int index = 0; index < length; index++) {
                    contentType.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                byte[] payload = new byte[1 + random.nextInt(100)];
                try {
                    decoder.decode(frame(payload, contentType.toString()), output, 0);
                } catch (UndecodableFrameException expected) {
                    assertThat(expected.getMessage()).isNotEmpty();
                } catch (RuntimeException | Error escaped) {
                    throw new AssertionError("seed " + seed + ": " + contentType, escaped);
                }
            }
        }
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(
                new FeatureShape(3, 16, 16), PLAIN, new DecodeLimits(1 << 16, 1 << 16), null);
    }

    /** Changes some bytes, cuts, repeats or swaps parts; the signature mostly stays. */
    private static byte[] mutated(byte[] image, Random random) {
        byte[] payload = image.clone();
        int changes = 1 + random.nextInt(8);
        for (int change = 0; change < changes; change++) {
            int at = random.nextInt(10) == 0 ? random.nextInt(8) : random.nextInt(payload.length);
            payload[at] = (byte) random.nextInt(256);
        }
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(payload, random.nextInt(payload.length + 1));
            case 1 -> {
                int from = random.nextInt(payload.length);
                int length = random.nextInt(payload.length - from);
                System.arraycopy(
                        payload, from, payload, random.nextInt(payload.length - length), length);
                yield payload;
            }
            case 2 -> Arrays.copyOf(payload, payload.length + random.nextInt(64));
            default -> payload;
        };
    }
}
