package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.RequestedArm;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

class ControlRequestSerializerTest extends VersionedSerializerContract<ControlRequest> {
    private static final RequestedTime NOW = new RequestedTime(0, 5000);

    ControlRequestSerializerTest() {
        super(ControlRequestSerializer.INSTANCE, RecordTypes.CONTROL_REQUEST);
    }

    @Override
    protected ControlRequest[] getTestData() {
        return new ControlRequest[] {
            new ActivationRequest(
                    "model-control-0@12",
                    "night",
                    new RequestedPlan(
                            RoutePlan.Kind.SPLIT,
                            "gate-*",
                            List.of(
                                    new RequestedArm("resnet20@3", 90),
                                    new RequestedArm("vgg16", 10)),
                            0),
                    new RequestedTime(1_780_000_000_000L, 0)),
            new ActivationRequest(
                    "",
                    "default",
                    new RequestedPlan(
                            RoutePlan.Kind.CASCADE,
                            "*",
                            List.of(new RequestedArm("a", 1), new RequestedArm("b", 1)),
                            0.25f),
                    NOW),
            new DeactivationRequest("c-0@1", "night", NOW),
            new CropRequest("c-0@2", "Tür 東 🎥", new Crop(1, 2, 3, 4), NOW),
            new CropRequest("c-0@3", "", null, NOW),
            new MalformedRequest("c-0@4", "record is not JSON")
        };
    }

    @Test
    void refusesAnUnknownKind() throws IOException {
        byte[] bytes = bytesOf(getTestData()[2]);
        bytes[1] = 9;

        assertThatThrownBy(
                        () ->
                                ControlRequestSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "kind of control request was '9' but it must be 1 to 4; the bytes are"
                                + " damaged");
    }
}
