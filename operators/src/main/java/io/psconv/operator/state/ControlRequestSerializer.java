package io.psconv.operator.state;

import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.CropRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.RequestedArm;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Requests of any kind, those that wait for their decision in a checkpoint among them. */
public final class ControlRequestSerializer extends VersionedSerializer<ControlRequest> {
    public static final ControlRequestSerializer INSTANCE = new ControlRequestSerializer();

    private static final int ACTIVATION = 1;
    private static final int DEACTIVATION = 2;
    private static final int CROP = 3;
    private static final int MALFORMED = 4;

    private ControlRequestSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "control request";
    }

    @Override
    protected void write(ControlRequest request, DataOutputView output) throws IOException {
        output.writeByte(kind(request));
        Fields.writeString(request.request(), output);
        if (request instanceof ActivationRequest activation) {
            Fields.writeString(activation.route(), output);
            writePlan(activation.plan(), output);
            Fields.writeRequestedTime(activation.time(), output);
        } else if (request instanceof DeactivationRequest deactivation) {
            Fields.writeString(deactivation.route(), output);
            Fields.writeRequestedTime(deactivation.time(), output);
        } else if (request instanceof CropRequest crop) {
            Fields.writeString(crop.camera(), output);
            CropDecisionSerializer.writeCrop(crop.crop(), output);
            Fields.writeRequestedTime(crop.time(), output);
        } else {
            Fields.writeString(((MalformedRequest) request).reason(), output);
        }
    }

    private static int kind(ControlRequest request) {
        if (request instanceof ActivationRequest) {
            return ACTIVATION;
        }
        if (request instanceof DeactivationRequest) {
            return DEACTIVATION;
        }
        return request instanceof CropRequest ? CROP : MALFORMED;
    }

    @Override
    protected ControlRequest read(int version, DataInputView input) throws IOException {
        int kind = input.readUnsignedByte();
        String request = Fields.readString("request", input);
        try {
            return switch (kind) {
                case ACTIVATION ->
                        new ActivationRequest(
                                request,
                                Fields.readString("route", input),
                                readPlan(input),
                                Fields.readRequestedTime(input));
                case DEACTIVATION ->
                        new DeactivationRequest(
                                request,
                                Fields.readString("route", input),
                                Fields.readRequestedTime(input));
                case CROP ->
                        new CropRequest(
                                request,
                                Fields.readString("camera", input),
                                CropDecisionSerializer.readCrop(input),
                                Fields.readRequestedTime(input));
                case MALFORMED -> new MalformedRequest(request, Fields.readString("reason", input));
                default ->
                        throw new IOException(
                                "kind of control request was '"
                                        + kind
                                        + "' but it must be 1 to 4; the bytes are damaged");
            };
        } catch (IllegalArgumentException e) {
            throw new IOException("control request is damaged: " + e.getMessage(), e);
        }
    }

    private static void writePlan(RequestedPlan plan, DataOutputView output) throws IOException {
        Fields.writeString(plan.kind().name(), output);
        Fields.writeString(plan.cameras(), output);
        output.writeInt(plan.arms().size());
        for (RequestedArm arm : plan.arms()) {
            Fields.writeString(arm.model(), output);
            output.writeInt(arm.weight());
        }
        output.writeFloat(plan.margin());
    }

    private static RequestedPlan readPlan(DataInputView input) throws IOException {
        RoutePlan.Kind kind = RoutePlan.Kind.valueOf(Fields.readString("kind", input));
        String cameras = Fields.readString("cameras", input);
        int size = Fields.checkLength("arms", input.readInt());
        // Grown while read: a damaged size runs into the end of the input, not out of memory.
        List<RequestedArm> arms = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            arms.add(new RequestedArm(Fields.readString("model", input), input.readInt()));
        }
        return new RequestedPlan(kind, cameras, arms, input.readFloat());
    }

    @Override
    public ControlRequest createInstance() {
        return new MalformedRequest("", "");
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<ControlRequest> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
