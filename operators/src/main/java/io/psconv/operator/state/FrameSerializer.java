package io.psconv.operator.state;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Frames; a payload of no bytes is told from none. Version 2 added the replay. */
public final class FrameSerializer extends VersionedSerializer<Frame> {
    public static final FrameSerializer INSTANCE = new FrameSerializer();

    private FrameSerializer() {}

    @Override
    public int version() {
        return 2;
    }

    @Override
    protected String typeName() {
        return "frame";
    }

    @Override
    protected void write(Frame frame, DataOutputView output) throws IOException {
        Fields.writeFrameId(frame.id(), output);
        Fields.writeString(frame.camera(), output);
        output.writeLong(frame.timestampMillis());
        Fields.writeString(frame.contentType(), output);
        Fields.writeBytes(frame.payload(), output);
        Fields.writeReplay(frame.replay(), output);
    }

    @Override
    protected Frame read(int version, DataInputView input) throws IOException {
        return new Frame(
                Fields.readFrameId(input),
                Fields.readString("camera", input),
                input.readLong(),
                Fields.readNullableString(input),
                Fields.readBytes("payload", input),
                version < 2 ? null : Fields.readReplay(input));
    }

    @Override
    public Frame createInstance() {
        return new Frame(new FrameId("", 0, 0), "", 0, null, null);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<Frame> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
