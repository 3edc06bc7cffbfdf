package io.psconv.operator.state;

import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;

class ModelDecisionSerializerTest extends VersionedSerializerContract<ModelDecision> {
    ModelDecisionSerializerTest() {
        super(ModelDecisionSerializer.INSTANCE, RecordTypes.MODEL_DECISION);
    }

    @Override
    protected ModelDecision[] getTestData() {
        return new ModelDecision[] {
            ModelDecision.of(
                    "model-control-0@17",
                    new ModelReference("resnet18-psd1_p16", 3, "0f".repeat(32)),
                    99),
            ModelDecision.of("", new ModelReference("", Integer.MAX_VALUE, ""), Long.MIN_VALUE)
        };
    }
}
