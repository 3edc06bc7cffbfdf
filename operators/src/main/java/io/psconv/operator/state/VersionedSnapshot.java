package io.psconv.operator.state;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What a savepoint keeps of a {@link VersionedSerializer}: the version that it wrote.
 *
 * <p>State of an older version is compatible as it is, since every value says its version. Flink
 * makes snapshots by their class name, so each serializer has its own public subclass with a
 * constructor without parameters, which may never be renamed.
 *
 * @param <T> the serialized type
 */
public abstract class VersionedSnapshot<T> implements TypeSerializerSnapshot<T> {
    private static final int SNAPSHOT_FORMAT = 1;

    private final VersionedSerializer<T> serializer;
    private int writtenVersion;

    protected VersionedSnapshot(VersionedSerializer<T> serializer) {
        this.serializer = serializer;
        writtenVersion = serializer.version();
    }

    /** Form of the snapshot itself, not of the values. */
    @Override
    public final int getCurrentVersion() {
        return SNAPSHOT_FORMAT;
    }

    @Override
    public final void writeSnapshot(DataOutputView output) throws IOException {
        output.writeByte(writtenVersion);
    }

    @Override
    public final void readSnapshot(int format, DataInputView input, ClassLoader loader)
            throws IOException {
        if (format != SNAPSHOT_FORMAT) {
            throw new IOException(
                    "snapshot of the "
                            + serializer.typeName()
                            + " serializer was of form '"
                            + format
                            + "' but this program reads form "
                            + SNAPSHOT_FORMAT
                            + "; restore with the program that wrote it, or a newer one");
        }
        int version = input.readUnsignedByte();
        serializer.checkReadable(version);
        writtenVersion = version;
    }

    @Override
    public final TypeSerializer<T> restoreSerializer() {
        return serializer;
    }

    @Override
    public final TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
            TypeSerializerSnapshot<T> older) {
        if (older.getClass() != getClass()
                || ((VersionedSnapshot<T>) older).writtenVersion > serializer.version()) {
            return TypeSerializerSchemaCompatibility.incompatible();
        }
        return TypeSerializerSchemaCompatibility.compatibleAsIs();
    }
}
