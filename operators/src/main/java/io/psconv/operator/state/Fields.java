package io.psconv.operator.state;

import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameReplay;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;
import org.jspecify.annotations.Nullable;

/**
 * How the fields that several records share are written.
 *
 * <p>Strings are of any length, a byte per ASCII character, with null told from empty. Byte arrays
 * carry their length as an int, −1 for null.
 */
final class Fields {
    private static final int NO_BYTES = -1;

    private Fields() {}

    static void writeString(@Nullable String value, DataOutputView output) throws IOException {
        StringValue.writeString(value, output);
    }

    static @Nullable String readNullableString(DataInputView input) throws IOException {
        return StringValue.readString(input);
    }

    /** Reads a string that the record cannot be without; {@code field} names it in the message. */
    static String readString(String field, DataInputView input) throws IOException {
        @Nullable String value = StringValue.readString(input);
        if (value == null) {
            throw new IOException(field + " was null but it must be given; the bytes are damaged");
        }
        return value;
    }

    static void writeBytes(byte @Nullable [] value, DataOutputView output) throws IOException {
        if (value == null) {
            output.writeInt(NO_BYTES);
            return;
        }
        output.writeInt(value.length);
        output.write(value);
    }

    static byte @Nullable [] readBytes(String field, DataInputView input) throws IOException {
        int length = input.readInt();
        if (length == NO_BYTES) {
            return null;
        }
        byte[] value = new byte[checkLength(field, length)];
        input.readFully(value);
        return value;
    }

    /** Checks the length of what follows, read from the input. */
    static int checkLength(String field, int length) throws IOException {
        if (length < 0) {
            throw new IOException(
                    "length of "
                            + field
                            + " was '"
                            + length
                            + "' but it must be at least 0; the bytes are damaged");
        }
        return length;
    }

    /** Checks a span of time read from the input. */
    static long checkTime(String field, long millis) throws IOException {
        if (millis < 0) {
            throw new IOException(
                    field
                            + " was '"
                            + millis
                            + "' but it must be at least 0; the bytes are damaged");
        }
        return millis;
    }

    static void writeFrameId(FrameId id, DataOutputView output) throws IOException {
        writeString(id.topic(), output);
        output.writeInt(id.partition());
        output.writeLong(id.offset());
    }

    /** Null is told by a null in place of the original. */
    static void writeReplay(@Nullable FrameReplay replay, DataOutputView output)
            throws IOException {
        if (replay == null) {
            writeString(null, output);
            return;
        }
        writeString(replay.original(), output);
        output.writeInt(replay.attempt());
    }

    static @Nullable FrameReplay readReplay(DataInputView input) throws IOException {
        @Nullable String original = readNullableString(input);
        if (original == null) {
            return null;
        }
        try {
            return new FrameReplay(original, input.readInt());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + "; the bytes are damaged", e);
        }
    }

    static FrameId readFrameId(DataInputView input) throws IOException {
        return new FrameId(readString("topic", input), input.readInt(), input.readLong());
    }

    static void writeModel(ModelReference model, DataOutputView output) throws IOException {
        writeString(model.name(), output);
        output.writeInt(model.version());
        writeString(model.digest(), output);
    }

    static ModelReference readModel(DataInputView input) throws IOException {
        return new ModelReference(
                readString("name", input), input.readInt(), readString("digest", input));
    }

    static void writeRefusal(Refusal refusal, DataOutputView output) throws IOException {
        writeString(refusal.request(), output);
        writeString(refusal.reason(), output);
    }

    static Refusal readRefusal(DataInputView input) throws IOException {
        return new Refusal(readString("request", input), readString("reason", input));
    }

    static void writeRequestedTime(RequestedTime time, DataOutputView output) throws IOException {
        output.writeLong(time.fromMillis());
        output.writeLong(time.leadMillis());
    }

    static RequestedTime readRequestedTime(DataInputView input) throws IOException {
        return new RequestedTime(input.readLong(), input.readLong());
    }
}
