package io.psconv.model.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in the Protocol Buffers wire format, written field by field.
 *
 * <p>Payloads are kept by reference until {@link #writeTo}, so that nesting copies no weights.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class ProtobufMessage {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final List<byte[]> chunks = new ArrayList<>();
    private long length;

    /** A field of an integral or enumerated type; a repeated one is written once a value. */
    ProtobufMessage number(int field, long value) {
        append(varint((long) field << 3 | VARINT));
        return append(varint(value));
    }

    ProtobufMessage numbers(int field, long... values) {
        for (long value : values) {
            number(field, value);
        }
        return this;
    }

    ProtobufMessage text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A field of bytes, which are not copied. */
    ProtobufMessage bytes(int field, byte[] value) {
        delimiter(field, value.length);
        return append(value);
    }

    /** A field that is a message of its own, complete by now. */
    ProtobufMessage message(int field, ProtobufMessage value) {
        delimiter(field, value.length);
        return fields(value);
    }

    /** All fields of another message, as if they had been written here. */
    ProtobufMessage fields(ProtobufMessage other) {
        other.chunks.forEach(this::append);
        return this;
    }

    /** Bytes written so far. */
    long length() {
        return length;
    }

    /**
     * Writes what there is and leaves the stream open.
     *
     * @throws IllegalArgumentException if it is more than a reader of the format takes
     */
    void writeTo(OutputStream out) throws IOException {
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "the message has "
                            + length
                            + " bytes but Protocol Buffers end at 2 GiB; export the model in"
                            + " another format");
        }
        for (byte[] chunk : chunks) {
            out.write(chunk);
        }
    }

    private void delimiter(int field, long bytes) {
        append(varint((long) field << 3 | LENGTH_DELIMITED));
        append(varint(bytes));
    }

    private ProtobufMessage append(byte[] chunk) {
        chunks.add(chunk);
        length += chunk.length;
        return this;
    }

    /** Seven bits a byte, the lowest first, the high bit set on all but the last. */
    private static byte[] varint(long value) {
        int groups = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
        byte[] bytes = new byte[groups];
        long rest = value;
        for (int group = 0; group < groups; group++) {
            boolean more = group < groups - 1;
            bytes[group] = (byte) ((rest & 0x7f) | (more ? 0x80 : 0));
            rest >>>= 7;
        }
        return bytes;
    }
}
