package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.TensorBatch;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Batches hold arrays, which are compared by what is in them. */
class TensorBatchSerializerTest {
    @Test
    void keepsEveryField() throws IOException {
        float[] values = new float[784];
        for (int index = 0; index < values.length; index++) {
            values[index] = index / 7f;
        }
        TensorBatch batch =
                new TensorBatch(1_750_000_000_123L, 2, values, new float[] {1, -0f, 1e-40f, 4});

        TensorBatch read = roundTrip(batch);

        assertThat(read.createdMillis()).isEqualTo(1_750_000_000_123L);
        assertThat(read.count()).isEqualTo(2);
        assertThat(read.values()).isEqualTo(values);
        assertThat(read.scores()).isEqualTo(batch.scores());
        assertThat(roundTrip(new TensorBatch(0, 1, new float[0])).isScored()).isFalse();
    }

    /** Version 1 as it was made; a change of these bytes needs a version of its own. */
    @Test
    void readsVersion1AsWrittenThen() throws IOException {
        byte[] written =
                HexFormat.of()
                        .parseHex(
                                "01" // version
                                        + "0000000000000005" // created
                                        + "00000001" // count
                                        + "00000008"
                                        + "3f800000"
                                        + "c0000000" // values
                                        + "00000004"
                                        + "3f000000"); // scores

        TensorBatch batch =
                TensorBatchSerializer.INSTANCE.deserialize(new DataInputDeserializer(written));

        assertThat(batch.createdMillis()).isEqualTo(5);
        assertThat(batch.values()).containsExactly(1, -2);
        assertThat(batch.scores()).containsExactly(0.5f);
        assertThat(bytes(batch)).isEqualTo(written);
    }

    @Test
    void refusesDamagedBytes() {
        byte[] odd = HexFormat.of().parseHex("01" + "0".repeat(16) + "00000001" + "00000002ffff");

        assertThatThrownBy(
                        () ->
                                TensorBatchSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(odd)))
                .isInstanceOf(IOException.class)
                .hasMessage("values of a tensor batch had 2 bytes but there must be four for each");
    }

    private static TensorBatch roundTrip(TensorBatch batch) throws IOException {
        return TensorBatchSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes(batch)));
    }

    private static byte[] bytes(TensorBatch batch) throws IOException {
        DataOutputSerializer output = new DataOutputSerializer(64);
        TensorBatchSerializer.INSTANCE.serialize(batch, output);
        return output.getCopyOfBuffer();
    }
}
