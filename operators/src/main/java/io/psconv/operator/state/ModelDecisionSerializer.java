package io.psconv.operator.state;

import io.psconv.operator.record.ModelDecision;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Model decisions. */
public final class ModelDecisionSerializer extends VersionedSerializer<ModelDecision> {
    public static final ModelDecisionSerializer INSTANCE = new ModelDecisionSerializer();

    private ModelDecisionSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "model decision";
    }

    @Override
    protected void write(ModelDecision decision, DataOutputView output) throws IOException {
        Fields.writeString(decision.request(), output);
        Fields.writeString(decision.name(), output);
        output.writeInt(decision.version());
        Fields.writeString(decision.digest(), output);
        output.writeLong(decision.effectiveFromMillis());
    }

    @Override
    protected ModelDecision read(int version, DataInputView input) throws IOException {
        return new ModelDecision(
                Fields.readString("request", input),
                Fields.readString("name", input),
                input.readInt(),
                Fields.readString("digest", input),
                input.readLong());
    }

    @Override
    public ModelDecision createInstance() {
        return new ModelDecision("", "", 0, "", 0);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<ModelDecision> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
