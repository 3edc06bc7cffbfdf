package io.psconv.operator.state;

import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.Refusal;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Decisions of any kind, each in its own serializer's form behind a byte that says which. */
public final class DecisionSerializer extends VersionedSerializer<Decision> {
    public static final DecisionSerializer INSTANCE = new DecisionSerializer();

    private static final int MODEL = 1;
    private static final int CROP = 2;
    private static final int TICK = 3;
    private static final int REFUSAL = 4;

    private DecisionSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "decision";
    }

    @Override
    protected void write(Decision decision, DataOutputView output) throws IOException {
        if (Objects.requireNonNull(decision) instanceof ModelDecision model) {
            output.writeByte(MODEL);
            ModelDecisionSerializer.INSTANCE.serialize(model, output);
        } else if (decision instanceof CropDecision crop) {
            output.writeByte(CROP);
            CropDecisionSerializer.INSTANCE.serialize(crop, output);
        } else if (decision instanceof Refusal refusal) {
            output.writeByte(REFUSAL);
            Fields.writeRefusal(refusal, output);
        } else {
            output.writeByte(TICK);
            output.writeLong(((DecisionTick) decision).leadMillis());
        }
    }

    @Override
    protected Decision read(int version, DataInputView input) throws IOException {
        int kind = input.readUnsignedByte();
        return switch (kind) {
            case MODEL -> ModelDecisionSerializer.INSTANCE.deserialize(input);
            case CROP -> CropDecisionSerializer.INSTANCE.deserialize(input);
            case TICK -> new DecisionTick(Fields.checkTime("leadMillis", input.readLong()));
            case REFUSAL -> Fields.readRefusal(input);
            default ->
                    throw new IOException(
                            "kind of decision was '"
                                    + kind
                                    + "' but it must be 1 to 4; the bytes are damaged");
        };
    }

    @Override
    public Decision createInstance() {
        return new DecisionTick(0);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<Decision> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
