package io.psconv.operator.state;

import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropDecision;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Crop decisions. */
public final class CropDecisionSerializer extends VersionedSerializer<CropDecision> {
    public static final CropDecisionSerializer INSTANCE = new CropDecisionSerializer();

    private CropDecisionSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "crop decision";
    }

    @Override
    protected void write(CropDecision decision, DataOutputView output) throws IOException {
        Fields.writeString(decision.request(), output);
        Fields.writeString(decision.camera(), output);
        writeCrop(decision.crop(), output);
        output.writeLong(decision.effectiveFromMillis());
    }

    @Override
    protected CropDecision read(int version, DataInputView input) throws IOException {
        return new CropDecision(
                Fields.readString("request", input),
                Fields.readString("camera", input),
                readCrop(input),
                input.readLong());
    }

    static void writeCrop(@Nullable Crop crop, DataOutputView output) throws IOException {
        output.writeBoolean(crop != null);
        if (crop != null) {
            output.writeInt(crop.left());
            output.writeInt(crop.top());
            output.writeInt(crop.width());
            output.writeInt(crop.height());
        }
    }

    static @Nullable Crop readCrop(DataInputView input) throws IOException {
        if (!input.readBoolean()) {
            return null;
        }
        try {
            return new Crop(input.readInt(), input.readInt(), input.readInt(), input.readInt());
        } catch (IllegalArgumentException e) {
            throw new IOException("crop decision is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public CropDecision createInstance() {
        return new CropDecision("", "", null, 0);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<CropDecision> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
