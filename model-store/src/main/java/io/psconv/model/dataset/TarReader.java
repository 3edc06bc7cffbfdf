package io.psconv.model.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive from its beginning to its end, and believes little of what it says.
 *
 * <p>POSIX 1003.1-1988 (ustar): blocks of 512 bytes, a header with its checksum before each file.
 * Folders are passed over; what other entries there are, links and extended headers, is an error.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int MAX_ENTRY_BYTES = 64 << 20;
    private static final int MAX_ENTRIES = 10_000_000;

    private final Path archive;
    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private @Nullable TarEntry entry;
    private long unread;
    private long entries;

    /**
     * Begins to read.
     *
     * @param archive named in errors
     * @param in the archive without its compression; left open
     */
    TarReader(Path archive, InputStream in) {
        this.archive = archive;
        this.in = in;
    }

    /**
     * Goes to the next file.
     *
     * @return whether there is one
     * @throws IOException if the archive ends early, or has what is not read here
     */
    boolean next() throws IOException {
        while (true) {
            skip(unread);
            unread = 0;
            entry = null;
            int read = in.readNBytes(header, 0, BLOCK);
            if (read == 0 && entries > 0 || read == BLOCK && isZero()) {
                return false;
            }
            if (read < BLOCK) {
                throw cutOff();
            }
            if (++entries > MAX_ENTRIES) {
                throw broken("entries", Long.toString(entries), "at most " + MAX_ENTRIES);
            }
            checkSum();
            long size = octal(SIZE, SIZE_LENGTH, "size");
            char type = (char) (header[TYPE] & 0xff);
            if (type == '5') {
                continue;
            }
            if (type != '0' && type != 0) {
                throw broken(
                        "type of entry '" + name() + "'",
                        Character.toString(type),
                        "0, a file, or 5, a folder; make the archive with tar --format=ustar"
                                + " --dereference");
            }
            if (size > MAX_ENTRY_BYTES) {
                throw broken(
                        "size of entry '" + name() + "'",
                        Long.toString(size),
                        "at most " + MAX_ENTRY_BYTES + " bytes");
            }
            entry = new TarEntry(name(), (int) size);
            unread = (size + BLOCK - 1) / BLOCK * BLOCK;
            return true;
        }
    }

    /** The file that {@link #next} went to. */
    TarEntry entry() {
        if (entry == null) {
            throw new IllegalStateException("no entry is open; call next first");
        }
        return entry;
    }

    /** The bytes of the file that {@link #next} went to; to be asked for once. */
    byte[] content() throws IOException {
        int size = entry().size();
        byte[] content = in.readNBytes(size);
        unread -= content.length;
        if (content.length < size) {
            throw cutOff();
        }
        return content;
    }

    private void skip(long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (EOFException e) {
            throw new IOException(cutOff().getMessage(), e);
        }
    }

    private boolean isZero() {
        for (byte value : header) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of the header's bytes, those of the checksum itself taken as spaces. */
    private void checkSum() throws IOException {
        long sum = 0;
        for (int index = 0; index < BLOCK; index++) {
            boolean own = index >= CHECKSUM && index < CHECKSUM + CHECKSUM_LENGTH;
            sum += own ? ' ' : header[index] & 0xff;
        }
        long stated = octal(CHECKSUM, CHECKSUM_LENGTH, "checksum");
        if (sum != stated) {
            throw broken("checksum of a header", Long.toString(sum), stated + ", as it states");
        }
    }

    private long octal(int from, int length, String what) throws IOException {
        String text = text(from, length).strip();
        if (!text.matches("[0-7]{1,12}")) {
            throw broken(what, text, "an octal number");
        }
        return Long.parseLong(text, 8);
    }

    private String name() {
        String name = text(NAME, NAME_LENGTH);
        String prefix = text(PREFIX, PREFIX_LENGTH);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private String text(int from, int length) {
        byte[] field = Arrays.copyOfRange(header, from, from + length);
        int end = 0;
        while (end < length && field[end] != 0) {
            end++;
        }
        return new String(field, 0, end, StandardCharsets.UTF_8);
    }

    private IOException broken(String what, String was, String rule) {
        return new IOException(
                what + " in '" + archive + "' was '" + was + "' but it must be " + rule);
    }

    private IOException cutOff() {
        return new IOException("'" + archive + "' ends too early; fetch or make it again");
    }
}
