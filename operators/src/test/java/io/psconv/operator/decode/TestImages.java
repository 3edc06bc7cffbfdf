package io.psconv.operator.decode;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Images made here, encoded by ImageIO or by hand. */
final class TestImages {
    private TestImages() {}

    /** An image in which every pixel differs from its neighbours in every channel. */
    static BufferedImage pattern(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, 0xff000000 | patternRgb(x, y));
            }
        }
        return image;
    }

    static int patternRgb(int x, int y) {
        return rgb(x * 37 + y * 11, x * 5 + y * 91, x * 17 + y * 3);
    }

    private static int rgb(int red, int green, int blue) {
        return ((red & 0xff) << 16) | ((green & 0xff) << 8) | (blue & 0xff);
    }

    /** A picture with smooth shades, which JPEG keeps closely. */
    static BufferedImage shades(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, 0xff000000 | rgb(255 * x / width, 255 * y / height, 128));
            }
        }
        return image;
    }

    static byte[] encoded(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("no writer of " + format + " takes " + image);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static Frame frame(byte @Nullable [] payload) {
        return frame(payload, null);
    }

    static Frame frame(byte @Nullable [] payload, @Nullable String contentType) {
        return new Frame(new FrameId("frames", 3, 1234), "gate", 5, contentType, payload);
    }

    /** A PNG by hand: header and, when rows are given, their scan lines with filter 0. */
    static byte[] png(int width, int height, int bitDepth, int colorType, byte[]... rows) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        png.writeBytes(
                chunk(
                        "IHDR",
                        ByteBuffer.allocate(13)
                                .putInt(width)
                                .putInt(height)
                                .put((byte) bitDepth)
                                .put((byte) colorType)
                                .array()));
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] row : rows) {
            lines.write(0);
            lines.writeBytes(row);
        }
        png.writeBytes(chunk("IDAT", deflated(lines.toByteArray())));
        png.writeBytes(chunk("IEND", new byte[0]));
        return png.toByteArray();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return bytes;
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] typed =
                ByteBuffer.allocate(4 + data.length)
                        .put(type.getBytes(StandardCharsets.US_ASCII))
                        .put(data)
                        .array();
        CRC32 crc = new CRC32();
        crc.update(typed);
        return ByteBuffer.allocate(typed.length + 8)
                .putInt(data.length)
                .put(typed)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(data);
            deflater.finish();
            byte[] target = new byte[data.length + 100];
            return Arrays.copyOf(target, deflater.deflate(target));
        } finally {
            deflater.end();
        }
    }
}
