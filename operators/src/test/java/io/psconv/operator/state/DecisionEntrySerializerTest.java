package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

class DecisionEntrySerializerTest extends VersionedSerializerContract<DecisionEntry> {
    private static final RequestedTime NOW = new RequestedTime(0, 5000);

    DecisionEntrySerializerTest() {
        super(DecisionEntrySerializer.INSTANCE, RecordTypes.DECISION_ENTRY);
    }

    @Override
    protected DecisionEntry[] getTestData() {
        return new DecisionEntry[] {
            new AcceptedPlan(
                    "model-control-0@12",
                    "night",
                    RoutePlan.cascade(
                            "gate-*",
                            new ModelReference("resnet20", 3, "0f".repeat(32)),
                            new ModelReference("vgg16", 1, "f0".repeat(32)),
                            0.25f),
                    new RequestedTime(1_780_000_000_000L, 1)),
            new AcceptedPlan("c-0@1", "night", null, NOW),
            new AcceptedCrop("c-0@2", "Tür 東 🎥", new Crop(1, 2, 3, 4), NOW),
            new AcceptedCrop("c-0@3", "", null, NOW),
            new Refusal("c-0@4", "no such model"),
            new DecisionTick(5000)
        };
    }

    @Test
    void refusesANegativeTime() throws IOException {
        byte[] bytes = bytesOf(new AcceptedPlan("r", "night", null, new RequestedTime(1, 2)));
        bytes[bytes.length - Long.BYTES] = (byte) 0x80;

        assertThatThrownBy(
                        () ->
                                DecisionEntrySerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("decision entry is damaged: leadMillis was '-");
    }
}
