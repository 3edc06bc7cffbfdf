package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.StringValue;
import org.junit.jupiter.api.Test;

class ModelDecisionSerializerTest extends VersionedSerializerContract<ModelDecision> {
    static final ModelReference SPARSE =
            new ModelReference("resnet18-psd1_p16", 3, "0f".repeat(32));
    private static final ModelReference DENSE =
            new ModelReference("resnet56-dense", 1, "a0".repeat(32));

    ModelDecisionSerializerTest() {
        super(ModelDecisionSerializer.INSTANCE, RecordTypes.MODEL_DECISION);
    }

    @Override
    protected ModelDecision[] getTestData() {
        return new ModelDecision[] {
            ModelDecision.of("model-control-0@17", SPARSE, 99),
            ModelDecision.of("", new ModelReference("", Integer.MAX_VALUE, ""), Long.MIN_VALUE),
            on("split", RoutePlan.split("gate-*", List.of(SPARSE, DENSE), 9, 1)),
            on("paired", RoutePlan.paired("*", SPARSE, DENSE)),
            on("cascade", RoutePlan.cascade("*", SPARSE, DENSE, 0.25f)),
            new ModelDecision("model-control-0@18", "yard", null, 100)
        };
    }

    @Test
    void readsVersionOneAsTheDefaultRoute() throws IOException {
        DataOutputSerializer output = new DataOutputSerializer(64);
        output.writeByte(1);
        StringValue.writeString("swap", output);
        StringValue.writeString("resnet18-psd1_p16", output);
        output.writeInt(3);
        StringValue.writeString("0f".repeat(32), output);
        output.writeLong(99);

        assertThat(
                        ModelDecisionSerializer.INSTANCE.deserialize(
                                new DataInputDeserializer(output.getCopyOfBuffer())))
                .isEqualTo(ModelDecision.of("swap", SPARSE, 99));
    }

    @Test
    void refusesWhatNoRouteDoes() throws IOException {
        byte[] bytes = bytesOf(on("cascade", RoutePlan.cascade("*", SPARSE, DENSE, 0.25f)));
        // The margin is in front of the time, which is last.
        bytes[bytes.length - 12] = 0x7f;

        assertThatThrownBy(
                        () ->
                                ModelDecisionSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("model decision is damaged: margin of a CASCADE route was");
    }

    private static ModelDecision on(String route, RoutePlan plan) {
        return new ModelDecision("model-control-0@17", route, plan, 99);
    }
}
