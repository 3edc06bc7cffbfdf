package io.psconv.model.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Reads safetensors files and refuses what the format does not allow.
 *
 * <p>The format of github.com/huggingface/safetensors: eight bytes of little-endian header length,
 * a JSON header, the data. Checked before anything of the size that a file claims is allocated:
 * header length, UTF-8, no key twice, known dtypes, shapes against lengths, and that the tensors
 * cover the data without overlap, hole or rest. Safe to share between threads.
 */
public final class SafetensorsReader {
    /** Bytes in front of the header. */
    static final int PREFIX_BYTES = 8;

    /**
     * Bytes read at once. The JDK copies each part through native memory of its size, which a
     * thread of its own for each model would leave behind in the allocator's pools.
     */
    private static final int PART_BYTES = 1 << 16;

    private final ReadLimits limits;

    public SafetensorsReader(ReadLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if it breaks a rule of the format or a limit
     */
    public SafetensorsFile read(Path path) throws IOException, MalformedModelException {
        return read(readBytes(path));
    }

    /**
     * Reads a file that is in memory already.
     *
     * @param file the whole file; kept, not to be modified afterwards
     * @throws MalformedModelException if it breaks a rule of the format or a limit
     */
    public SafetensorsFile read(byte[] file) throws MalformedModelException {
        checkSize(file.length);
        int headerLength = headerLength(file, file.length);
        checkText(file, headerLength);
        SafetensorsFile read = HeaderParser.parse(limits, file, headerLength);
        checkCover(read, PREFIX_BYTES + headerLength, file.length);
        return read;
    }

    /**
     * Reads the bytes of a file, refusing one whose size or header length is out of bounds before
     * memory is taken for it.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if it is too large, or too short for its header
     */
    public byte[] readBytes(Path path) throws IOException, MalformedModelException {
        long size = Files.size(path);
        checkSize(size);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] prefix = in.readNBytes(PREFIX_BYTES);
            headerLength(prefix, size);
            byte[] file = new byte[(int) size];
            System.arraycopy(prefix, 0, file, 0, prefix.length);
            int read = PREFIX_BYTES;
            int part;
            do {
                part = in.readNBytes(file, read, Math.min(PART_BYTES, file.length - read));
                read += part;
            } while (part > 0);
            if (read != size || in.read() >= 0) {
                throw new MalformedModelException(
                        "the size of '"
                                + path
                                + "' changed while it was read; read it again when it is complete",
                        read);
            }
            return file;
        }
    }

    private void checkSize(long size) throws MalformedModelException {
        if (size > limits.maxFileBytes()) {
            throw new MalformedModelException(
                    "size of the file was '"
                            + size
                            + "' bytes but it must be at most "
                            + limits.maxFileBytes()
                            + "; raise the limit if the file is trusted",
                    0);
        }
    }

    private int headerLength(byte[] start, long size) throws MalformedModelException {
        if (start.length < PREFIX_BYTES || size < PREFIX_BYTES) {
            throw new MalformedModelException(
                    "size of the file was '"
                            + size
                            + "' bytes but a safetensors file starts with the 8 bytes of its header"
                            + " length; fetch or export it again",
                    0);
        }
        long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long most = Math.min(limits.maxHeaderBytes(), size - PREFIX_BYTES);
        if (length < 2 || length > most) {
            throw new MalformedModelException(
                    "header length was '"
                            + Long.toUnsignedString(length)
                            + "' but it must be between 2 and "
                            + most
                            + ", bounded by the file and by the limit of "
                            + limits.maxHeaderBytes()
                            + "; the file may be cut off or of another format",
                    0);
        }
        return (int) length;
    }

    private static void checkText(byte[] file, int headerLength) throws MalformedModelException {
        // The second byte tells UTF-16 and UTF-32, which a JSON parser would accept.
        if (file[PREFIX_BYTES] != '{' || file[PREFIX_BYTES + 1] == 0) {
            throw new MalformedModelException(
                    "header started with '"
                            + (file[PREFIX_BYTES] & 0xff)
                            + "' but it must be a JSON object in UTF-8; the file is of another"
                            + " format",
                    PREFIX_BYTES);
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer header = ByteBuffer.wrap(file, PREFIX_BYTES, headerLength);
        CharBuffer scratch = CharBuffer.allocate(4096);
        CoderResult result;
        do {
            scratch.clear();
            result = decoder.decode(header, scratch, true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw new MalformedModelException(
                    "header was not UTF-8; export the model again", header.position());
        }
    }

    private static void checkCover(SafetensorsFile file, int dataOffset, int fileLength)
            throws MalformedModelException {
        List<TensorEntry> byOffset =
                file.tensors().values().stream()
                        .sorted(
                                Comparator.comparingInt(TensorEntry::offset)
                                        .thenComparingInt(TensorEntry::end))
                        .toList();
        int covered = dataOffset;
        for (TensorEntry entry : byOffset) {
            if (entry.offset() != covered) {
                boolean overlap = entry.offset() < covered;
                throw new MalformedModelException(
                        "tensor '"
                                + entry.name()
                                + "' started at byte '"
                                + entry.offset()
                                + "' but the tensor before it ends at "
                                + covered
                                + (overlap ? ": tensors must not overlap" : ": no hole is allowed")
                                + "; export the model again",
                        Math.min(entry.offset(), covered));
            }
            covered = entry.end();
        }
        if (covered != fileLength) {
            throw new MalformedModelException(
                    "the file had '"
                            + (fileLength - covered)
                            + "' bytes behind the last tensor but none may follow it; export the"
                            + " model again",
                    covered);
        }
    }
}
