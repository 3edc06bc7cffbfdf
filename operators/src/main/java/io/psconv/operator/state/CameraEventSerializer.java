package io.psconv.operator.state;

import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventDetails;
import io.psconv.operator.record.CameraEventDetails.ConfidenceShift;
import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.CameraEventDetails.Lateness;
import io.psconv.operator.record.CameraEventDetails.Silence;
import io.psconv.operator.record.CameraEventDetails.Stillness;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.FrameId;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Events of cameras; the kind is written by name and says which details follow. */
public final class CameraEventSerializer extends VersionedSerializer<CameraEvent> {
    public static final CameraEventSerializer INSTANCE = new CameraEventSerializer();

    private CameraEventSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "camera event";
    }

    @Override
    protected void write(CameraEvent event, DataOutputView output) throws IOException {
        Fields.writeString(event.camera(), output);
        Fields.writeString(event.kind().toString(), output);
        output.writeLong(event.timestampMillis());
        Fields.writeFrameId(event.frame(), output);
        writeDetails(event.details(), output);
    }

    @Override
    protected CameraEvent read(int version, DataInputView input) throws IOException {
        String camera = Fields.readString("camera", input);
        CameraEventKind kind = kind(Fields.readString("kind", input));
        return new CameraEvent(
                camera, kind, input.readLong(), Fields.readFrameId(input), details(kind, input));
    }

    private static void writeDetails(CameraEventDetails details, DataOutputView output)
            throws IOException {
        if (details instanceof LabelChange change) {
            Fields.writeString(change.from(), output);
            Fields.writeString(change.to(), output);
            output.writeLong(change.sinceMillis());
            output.writeDouble(change.support());
        } else if (details instanceof Silence silence) {
            output.writeLong(silence.lastSeenMillis());
            output.writeLong(silence.silentMillis());
        } else if (details instanceof Stillness stillness) {
            output.writeLong(stillness.imageHash());
            output.writeInt(stillness.frames());
            output.writeLong(stillness.sinceMillis());
        } else if (details instanceof ConfidenceShift shift) {
            Fields.writeModel(shift.model(), output);
            output.writeDouble(shift.baselineMean());
            output.writeDouble(shift.recentMean());
            output.writeDouble(shift.standardErrors());
        } else if (details instanceof Lateness lateness) {
            output.writeLong(lateness.behindMillis());
            output.writeInt(lateness.frames());
        }
    }

    private static CameraEventDetails details(CameraEventKind kind, DataInputView input)
            throws IOException {
        return switch (kind) {
            case LABEL_CHANGED ->
                    new LabelChange(
                            Fields.readNullableString(input),
                            Fields.readString("to", input),
                            input.readLong(),
                            input.readDouble());
            case CAMERA_SILENT, CAMERA_BACK, CAMERA_FORGOTTEN ->
                    new Silence(input.readLong(), input.readLong());
            case CAMERA_FROZEN, CAMERA_MOVING ->
                    new Stillness(input.readLong(), input.readInt(), input.readLong());
            case CONFIDENCE_DRIFT, CONFIDENCE_RECOVERED ->
                    new ConfidenceShift(
                            Fields.readModel(input),
                            input.readDouble(),
                            input.readDouble(),
                            input.readDouble());
            case FRAME_LATE, CLOCK_SET_BACK -> new Lateness(input.readLong(), input.readInt());
        };
    }

    private static CameraEventKind kind(String text) throws IOException {
        try {
            return CameraEventKind.parse(text);
        } catch (IllegalArgumentException unknown) {
            throw new IOException(
                    unknown.getMessage()
                            + "; restore with the program that wrote it, or a newer one",
                    unknown);
        }
    }

    @Override
    public CameraEvent createInstance() {
        return new CameraEvent(
                "",
                CameraEventKind.FRAME_LATE,
                0,
                new FrameId("", 0, 0),
                new CameraEventDetails.Lateness(0, 0));
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<CameraEvent> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
