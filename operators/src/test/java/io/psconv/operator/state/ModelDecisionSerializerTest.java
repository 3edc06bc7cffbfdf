package io.psconv.operator.state;

import io.psconv.operator.record.ModelDecision;

class ModelDecisionSerializerTest extends VersionedSerializerContract<ModelDecision> {
    ModelDecisionSerializerTest() {
        super(ModelDecisionSerializer.INSTANCE, RecordTypes.MODEL_DECISION);
    }

    @Override
    protected ModelDecision[] getTestData() {
        return new ModelDecision[] {
            new ModelDecision("model-control-0@17", "resnet18-psd1_p16", 3, "0f".repeat(32), 99),
            new ModelDecision("", "", Integer.MAX_VALUE, "", Long.MIN_VALUE)
        };
    }
}
