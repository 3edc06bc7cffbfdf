package io.psconv.model.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip archive of uncompressed entries whose contents begin at multiples of 64 bytes, so that they
 * can be mapped into memory; PyTorch pads its archives the same way.
 */
final class StoredZip implements AutoCloseable {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;
    private static final int EXTRA_HEADER = 4;

    /** {@code FB}, which PyTorch chose for its padding. */
    private static final short PADDING_TAG = 'F' | 'B' << 8;

    /** The format's first year has a meaning of its own in Java; any other fixed date will do. */
    private static final LocalDateTime TIMESTAMP = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final ZipOutputStream zip;
    private long offset;

    StoredZip(OutputStream out) {
        this.zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    }

    void add(String name, String content) throws IOException {
        add(name, content.getBytes(StandardCharsets.UTF_8));
    }

    void add(String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        int header = LOCAL_HEADER + name.getBytes(StandardCharsets.UTF_8).length;
        byte[] padding = padding(offset + header);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setTimeLocal(TIMESTAMP);
        entry.setExtra(padding);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
        offset += header + padding.length + content.length;
    }

    /** Writes the directory and leaves the stream below open. */
    @Override
    public void close() throws IOException {
        zip.finish();
        zip.flush();
    }

    /** An extra field that ends at a multiple of the alignment. */
    private static byte[] padding(long from) {
        int length = Math.floorMod(-(from + EXTRA_HEADER), ALIGNMENT);
        byte[] padding = new byte[EXTRA_HEADER + length];
        Arrays.fill(padding, (byte) 'Z');
        ByteBuffer.wrap(padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(PADDING_TAG)
                .putShort((short) length);
        return padding;
    }
}
