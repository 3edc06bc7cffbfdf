package io.psconv.operator.state;

import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.Refusal;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Entries of the log of decisions on their way there. */
public final class DecisionEntrySerializer extends VersionedSerializer<DecisionEntry> {
    public static final DecisionEntrySerializer INSTANCE = new DecisionEntrySerializer();

    private static final int PLAN = 1;
    private static final int CROP = 2;
    private static final int REFUSAL = 3;
    private static final int TICK = 4;

    private DecisionEntrySerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "decision entry";
    }

    @Override
    protected void write(DecisionEntry entry, DataOutputView output) throws IOException {
        if (entry instanceof AcceptedPlan plan) {
            output.writeByte(PLAN);
            Fields.writeString(plan.request(), output);
            Fields.writeString(plan.route(), output);
            ModelDecisionSerializer.writePlan(plan.plan(), output);
            Fields.writeRequestedTime(plan.time(), output);
        } else if (entry instanceof AcceptedCrop crop) {
            output.writeByte(CROP);
            Fields.writeString(crop.request(), output);
            Fields.writeString(crop.camera(), output);
            CropDecisionSerializer.writeCrop(crop.crop(), output);
            Fields.writeRequestedTime(crop.time(), output);
        } else if (entry instanceof Refusal refusal) {
            output.writeByte(REFUSAL);
            Fields.writeRefusal(refusal, output);
        } else {
            output.writeByte(TICK);
            output.writeLong(((DecisionTick) entry).leadMillis());
        }
    }

    @Override
    protected DecisionEntry read(int version, DataInputView input) throws IOException {
        int kind = input.readUnsignedByte();
        try {
            return switch (kind) {
                case PLAN ->
                        new AcceptedPlan(
                                Fields.readString("request", input),
                                Fields.readString("route", input),
                                ModelDecisionSerializer.readPlan(input),
                                Fields.readRequestedTime(input));
                case CROP ->
                        new AcceptedCrop(
                                Fields.readString("request", input),
                                Fields.readString("camera", input),
                                CropDecisionSerializer.readCrop(input),
                                Fields.readRequestedTime(input));
                case REFUSAL -> Fields.readRefusal(input);
                case TICK -> new DecisionTick(Fields.checkTime("leadMillis", input.readLong()));
                default ->
                        throw new IOException(
                                "kind of decision entry was '"
                                        + kind
                                        + "' but it must be 1 to 4; the bytes are damaged");
            };
        } catch (IllegalArgumentException e) {
            throw new IOException("decision entry is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public DecisionEntry createInstance() {
        return new DecisionTick(0);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<DecisionEntry> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
