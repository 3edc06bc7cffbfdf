package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelDecision;
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
            ModelDecision.of("model-control-0@17", ModelDecisionSerializerTest.SPARSE, 99),
            new CropDecision("model-control-0@18", "gate", new Crop(0, 0, 1, 1), 100),
            new DecisionTick(5_000)
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
                        "kind of decision was '9' but it must be 1 to 3; the bytes are damaged");
    }
}
