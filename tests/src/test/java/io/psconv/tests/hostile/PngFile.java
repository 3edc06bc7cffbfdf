package io.psconv.tests.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** A PNG put together chunk by chunk (ISO/IEC 15948), sound or not. */
final class PngFile {
    /** Color types of the standard. */
    static final int GREY = 0;

    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int RGBA = 6;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    PngFile(int width, int height, int bitDepth, int colorType, boolean interlaced) {
        bytes.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bitDepth)
                        .put((byte) colorType)
                        .put(12, (byte) (interlaced ? 1 : 0))
                        .array());
    }

    PngFile chunk(String type, byte[] data) {
        return chunks(type, data, 1);
    }

    /** The same chunk many times. */
    PngFile chunks(String type, byte[] data, int count) {
        byte[] typed =
                ByteBuffer.allocate(4 + data.length)
                        .put(type.getBytes(StandardCharsets.US_ASCII))
                        .put(data)
                        .array();
        CRC32 check = new CRC32();
        check.update(typed);
        byte[] chunk =
                ByteBuffer.allocate(typed.length + 8)
                        .putInt(data.length)
                        .put(typed)
                        .putInt((int) check.getValue())
                        .array();
        for (int index = 0; index < count; index++) {
            bytes.writeBytes(chunk);
        }
        return this;
    }

    /** A chunk of text, a keyword or a profile whose compressed part is zeros. */
    PngFile compressedZeros(String type, String prefix, long zeros) {
        byte[] start = prefix.getBytes(StandardCharsets.ISO_8859_1);
        byte[] deflated = deflatedZeros(zeros);
        return chunk(
                type,
                ByteBuffer.allocate(start.length + deflated.length)
                        .put(start)
                        .put(deflated)
                        .array());
    }

    /** Pixels of zeros, more or fewer than the header declares. */
    byte[] withZeros(long zeros) {
        return chunk("IDAT", deflatedZeros(zeros)).end();
    }

    byte[] end() {
        return chunk("IEND", new byte[0]).bytes.toByteArray();
    }

    static byte[] deflatedZeros(long count) {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflating =
                new DeflaterOutputStream(target, new Deflater(Deflater.BEST_COMPRESSION))) {
            byte[] zeros = new byte[1 << 14];
            for (long left = count; left > 0; left -= zeros.length) {
                deflating.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return target.toByteArray();
    }
}
