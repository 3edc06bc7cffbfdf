package io.psconv.operator.state;

import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Rejected frames; the reason is written by name, so that reasons may be added in any order.
 *
 * <p>Version 2 added content type and replay.
 */
public final class RejectedFrameSerializer extends VersionedSerializer<RejectedFrame> {
    public static final RejectedFrameSerializer INSTANCE = new RejectedFrameSerializer();

    private RejectedFrameSerializer() {}

    @Override
    public int version() {
        return 2;
    }

    @Override
    protected String typeName() {
        return "rejected frame";
    }

    @Override
    protected void write(RejectedFrame rejected, DataOutputView output) throws IOException {
        Fields.writeFrameId(rejected.frame(), output);
        Fields.writeString(rejected.camera(), output);
        output.writeLong(rejected.timestampMillis());
        Fields.writeString(rejected.reason().name(), output);
        Fields.writeString(rejected.message(), output);
        output.writeInt(rejected.payloadLength());
        Fields.writeString(rejected.payloadDigest(), output);
        Fields.writeBytes(rejected.payload(), output);
        Fields.writeString(rejected.contentType(), output);
        Fields.writeReplay(rejected.replay(), output);
    }

    @Override
    protected RejectedFrame read(int version, DataInputView input) throws IOException {
        return new RejectedFrame(
                Fields.readFrameId(input),
                Fields.readString("camera", input),
                input.readLong(),
                reason(Fields.readString("reason", input)),
                Fields.readString("message", input),
                input.readInt(),
                Fields.readString("payloadDigest", input),
                Fields.readBytes("payload", input),
                version < 2 ? null : Fields.readNullableString(input),
                version < 2 ? null : Fields.readReplay(input));
    }

    @Override
    public RejectedFrame createInstance() {
        return new RejectedFrame(
                new FrameId("", 0, 0), "", 0, RejectionReason.EMPTY, "", 0, "", null);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    private static RejectionReason reason(String name) throws IOException {
        try {
            return RejectionReason.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            throw new IOException(
                    "reason was '"
                            + name
                            + "' but this program knows no such reason; restore with the program"
                            + " that wrote it, or a newer one",
                    unknown);
        }
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<RejectedFrame> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
