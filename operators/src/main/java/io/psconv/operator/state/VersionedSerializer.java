package io.psconv.operator.state;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Serializer of an immutable record: one byte of version, then the fields.
 *
 * <p>Every value says its own version, so values of any older version are read wherever they come
 * from: state, savepoints, and buffers in flight kept by an unaligned checkpoint, which no snapshot
 * describes. State therefore never needs migrating. A newer version is refused, by the snapshot
 * before any value is read and by each value.
 *
 * <p>Stateless; one instance may serve any number of threads.
 *
 * @param <T> the immutable type, of which copies are the value itself
 */
public abstract class VersionedSerializer<T> extends TypeSerializer<T> {
    /** The largest version that the one byte holds. */
    static final int MAX_VERSION = 255;

    /** The version written, from 1 to 255; all versions from 1 on are read. */
    public abstract int version();

    /** Name of the type in messages, for example {@code frame}. */
    protected abstract String typeName();

    /** Writes the fields in the form of {@link #version()}. */
    protected abstract void write(T value, DataOutputView output) throws IOException;

    /**
     * Reads the fields.
     *
     * @param version the form in which they were written, from 1 to {@link #version()}
     */
    protected abstract T read(int version, DataInputView input) throws IOException;

    @Override
    public final void serialize(T value, DataOutputView output) throws IOException {
        output.writeByte(version());
        write(value, output);
    }

    @Override
    public final T deserialize(DataInputView input) throws IOException {
        int version = input.readUnsignedByte();
        checkReadable(version);
        return read(version, input);
    }

    @Override
    public final T deserialize(T reuse, DataInputView input) throws IOException {
        return deserialize(input);
    }

    @Override
    public final void copy(DataInputView input, DataOutputView output) throws IOException {
        serialize(deserialize(input), output);
    }

    @Override
    public final T copy(T value) {
        return value;
    }

    @Override
    public final T copy(T value, T reuse) {
        return value;
    }

    @Override
    public final boolean isImmutableType() {
        return true;
    }

    @Override
    public final VersionedSerializer<T> duplicate() {
        return this;
    }

    /** Of variable length. */
    @Override
    public final int getLength() {
        return -1;
    }

    @Override
    public abstract VersionedSnapshot<T> snapshotConfiguration();

    /** Equal to any instance of its class: there is no state to compare. */
    @Override
    @SuppressWarnings("EqualsGetClass") // the class is all that tells two serializers apart
    public final boolean equals(@Nullable Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public final int hashCode() {
        return getClass().hashCode();
    }

    /**
     * Checks that this serializer reads a version.
     *
     * @throws IOException if it is newer than {@link #version()}, or none
     */
    final void checkReadable(int version) throws IOException {
        if (version < 1) {
            throw new IOException(
                    typeName()
                            + " was written in version '"
                            + version
                            + "' but versions start at 1; the bytes are not those of a "
                            + typeName());
        }
        if (version > version()) {
            throw new IOException(
                    typeName()
                            + " was written in version '"
                            + version
                            + "' but this program reads versions 1 to "
                            + version()
                            + "; restore with the program that wrote it, or a newer one");
        }
    }
}
