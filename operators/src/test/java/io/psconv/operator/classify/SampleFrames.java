package io.psconv.operator.classify;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Frames of random pixels, each told by its offset, which is also the seed. */
final class SampleFrames {
    static final int SIDE = 32;

    private SampleFrames() {}

    static Frame frame(long offset, long timestampMillis) {
        return frame("gate", offset, timestampMillis, png(offset));
    }

    static Frame frame(
            String camera, long offset, long timestampMillis, byte @Nullable [] payload) {
        return new Frame(new FrameId("frames", 0, offset), camera, timestampMillis, null, payload);
    }

    static byte[] png(long seed) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        byte[] planes = pixels(seed);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            int red = planes[pixel] & 0xff;
            int green = planes[SIDE * SIDE + pixel] & 0xff;
            int blue = planes[2 * SIDE * SIDE + pixel] & 0xff;
            image.setRGB(pixel % SIDE, pixel / SIDE, red << 16 | green << 8 | blue);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** The image's channels, one after the other. */
    static byte[] pixels(long seed) {
        byte[] pixels = new byte[3 * SIDE * SIDE];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }
}
