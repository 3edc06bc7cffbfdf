package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

class DecisionSerializerTest extends VersionedSerializerContract<Decision> {
    DecisionSerializerTest() {
        super(DecisionSerializer.INSTANCE, RecordTypes.DECISION);
    }

    @Override
    protected Decision[] getTestData() {
        return new Decision[] {
            ModelDecision.of("c-0@1", new ModelReference("resnet20", 3, "0f".repeat(32)), 99),
            new ModelDecision("c-0@2", "night", null, Long.MAX_VALUE),
            new CropDecision("c-0@3", "gate", new Crop(1, 2, 3, 4), 7),
            new Refusal("c-0@4", "no such model"),
            new DecisionTick(5000)
        };
    }

    @Test
    void refusesAnUnknownKind() throws IOException {
        byte[] bytes = bytesOf(new DecisionTick(5_000));
        bytes[1] = 9;

        assertThatThrownBy(
                        () ->
                                DecisionSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "kind of decision was '9' but it must be 1 to 4; the bytes are damaged");
    }
}
