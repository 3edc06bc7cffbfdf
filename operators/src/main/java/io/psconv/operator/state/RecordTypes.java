package io.psconv.operator.state;

import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraState;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.TensorBatch;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The types to state wherever a stream, side output or state descriptor carries a record. */
public final class RecordTypes {
    public static final TypeInformation<Frame> FRAME =
            new RecordType<>(Frame.class, FrameSerializer.INSTANCE);
    public static final TypeInformation<Classification> CLASSIFICATION =
            new RecordType<>(Classification.class, ClassificationSerializer.INSTANCE);
    public static final TypeInformation<RejectedFrame> REJECTED_FRAME =
            new RecordType<>(RejectedFrame.class, RejectedFrameSerializer.INSTANCE);
    public static final TypeInformation<ModelDecision> MODEL_DECISION =
            new RecordType<>(ModelDecision.class, ModelDecisionSerializer.INSTANCE);
    public static final TypeInformation<EnergyWindow> ENERGY_WINDOW =
            new RecordType<>(EnergyWindow.class, EnergyWindowSerializer.INSTANCE);

    public static final TypeInformation<CropDecision> CROP_DECISION =
            new RecordType<>(CropDecision.class, CropDecisionSerializer.INSTANCE);
    public static final TypeInformation<Decision> DECISION =
            new RecordType<>(Decision.class, DecisionSerializer.INSTANCE);
    public static final TypeInformation<ControlRequest> CONTROL_REQUEST =
            new RecordType<>(ControlRequest.class, ControlRequestSerializer.INSTANCE);
    public static final TypeInformation<DecisionEntry> DECISION_ENTRY =
            new RecordType<>(DecisionEntry.class, DecisionEntrySerializer.INSTANCE);

    public static final TypeInformation<CameraEvent> CAMERA_EVENT =
            new RecordType<>(CameraEvent.class, CameraEventSerializer.INSTANCE);
    public static final TypeInformation<CameraState> CAMERA_STATE =
            new RecordType<>(CameraState.class, CameraStateSerializer.INSTANCE);

    public static final TypeInformation<TensorBatch> TENSOR_BATCH =
            new RecordType<>(TensorBatch.class, TensorBatchSerializer.INSTANCE);

    private RecordTypes() {}
}
