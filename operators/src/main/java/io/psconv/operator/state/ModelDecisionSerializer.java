package io.psconv.operator.state;

import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RouteArm;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Model decisions. Version 1 knew one route with one model. */
public final class ModelDecisionSerializer extends VersionedSerializer<ModelDecision> {
    public static final ModelDecisionSerializer INSTANCE = new ModelDecisionSerializer();

    private ModelDecisionSerializer() {}

    @Override
    public int version() {
        return 2;
    }

    @Override
    protected String typeName() {
        return "model decision";
    }

    @Override
    protected void write(ModelDecision decision, DataOutputView output) throws IOException {
        Fields.writeString(decision.request(), output);
        Fields.writeString(decision.route(), output);
        writePlan(decision.plan(), output);
        output.writeLong(decision.effectiveFromMillis());
    }

    @Override
    protected ModelDecision read(int version, DataInputView input) throws IOException {
        String request = Fields.readString("request", input);
        if (version == 1) {
            return ModelDecision.of(request, readModel(input), input.readLong());
        }
        try {
            return new ModelDecision(
                    request, Fields.readString("route", input), readPlan(input), input.readLong());
        } catch (IllegalArgumentException e) {
            throw new IOException("model decision is damaged: " + e.getMessage(), e);
        }
    }

    static void writePlan(@Nullable RoutePlan plan, DataOutputView output) throws IOException {
        output.writeBoolean(plan != null);
        if (plan == null) {
            return;
        }
        Fields.writeString(plan.kind().name(), output);
        Fields.writeString(plan.cameras(), output);
        output.writeInt(plan.arms().size());
        for (RouteArm arm : plan.arms()) {
            Fields.writeString(arm.arm(), output);
            Fields.writeString(arm.model().name(), output);
            output.writeInt(arm.model().version());
            Fields.writeString(arm.model().digest(), output);
            output.writeInt(arm.weight());
        }
        output.writeFloat(plan.margin());
    }

    static @Nullable RoutePlan readPlan(DataInputView input) throws IOException {
        if (!input.readBoolean()) {
            return null;
        }
        RoutePlan.Kind kind = RoutePlan.Kind.valueOf(Fields.readString("kind", input));
        String cameras = Fields.readString("cameras", input);
        int size = Fields.checkLength("arms", input.readInt());
        // Grown while read: a damaged size runs into the end of the input, not out of memory.
        List<RouteArm> arms = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            arms.add(
                    new RouteArm(
                            Fields.readString("arm", input), readModel(input), input.readInt()));
        }
        return new RoutePlan(kind, cameras, arms, input.readFloat());
    }

    private static ModelReference readModel(DataInputView input) throws IOException {
        return new ModelReference(
                Fields.readString("name", input),
                input.readInt(),
                Fields.readString("digest", input));
    }

    @Override
    public ModelDecision createInstance() {
        return ModelDecision.of("", new ModelReference("", 0, ""), 0);
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
