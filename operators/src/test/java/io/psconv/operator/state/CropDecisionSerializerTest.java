package io.psconv.operator.state;

import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropDecision;

class CropDecisionSerializerTest extends VersionedSerializerContract<CropDecision> {
    CropDecisionSerializerTest() {
        super(CropDecisionSerializer.INSTANCE, RecordTypes.CROP_DECISION);
    }

    @Override
    protected CropDecision[] getTestData() {
        return new CropDecision[] {
            new CropDecision("model-control-0@3", "gate", new Crop(1, 2, 30, 40), 99),
            new CropDecision("model-control-0@4", "gate", null, Long.MAX_VALUE)
        };
    }
}
