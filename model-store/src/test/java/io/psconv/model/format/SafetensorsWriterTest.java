package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafetensorsWriterTest {
    private static final List<Integer> THREE = List.of(3);

    @Test
    void writesWhatTheReaderReads() throws IOException, MalformedModelException {
        byte[] bytes = bytes(sample());
        SafetensorsFile file = new SafetensorsReader(ReadLimits.DEFAULT).read(bytes);
        assertThat(file.metadata()).containsEntry("b", "\"\n\\ü").containsEntry("a", "");
        assertThat(file.floats(file.tensor("single"))).containsExactly(1.5f, -0f, 3e38f);
        assertThat(file.floats(file.tensor("half"))).containsExactly(1.5f, -0f, 0.33325195f);
        assertThat(file.bytes(file.tensor("raw"))).containsExactly(1, -2, 3);
    }

    @Test
    void alignsTheDataAndEachTensor() throws IOException, MalformedModelException {
        byte[] bytes = bytes(sample());
        long headerLength = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(headerLength % 8).isZero();
        SafetensorsFile file = new SafetensorsReader(ReadLimits.DEFAULT).read(bytes);
        assertThat(file.tensors()).containsOnlyKeys("single", "half", "raw");
        assertThat(file.tensors().values())
                .allSatisfy(entry -> assertThat(entry.offset() % entry.type().bytes()).isZero());
    }

    @Test
    void writesTheSameBytesEachTime() throws IOException {
        assertThat(bytes(sample())).isEqualTo(bytes(sample()));
    }

    @Test
    void writesTensorsLongerThanItsBuffer() throws IOException, MalformedModelException {
        float[] values = new float[50_001];
        for (int index = 0; index < values.length; index++) {
            values[index] = index;
        }
        byte[] bytes =
                bytes(
                        new SafetensorsWriter()
                                .floats("a", TensorType.F32, List.of(values.length), values));
        SafetensorsFile file = new SafetensorsReader(ReadLimits.DEFAULT).read(bytes);
        assertThat(file.floats(file.tensor("a"))).isEqualTo(values);
    }

    @Test
    void rejectsWhatDoesNotFit() {
        SafetensorsWriter writer = new SafetensorsWriter();
        assertThatThrownBy(() -> writer.floats("a", TensorType.F32, List.of(2), new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'a' had '12' bytes but shape [2] of F32 takes 8");
        assertThatThrownBy(() -> writer.floats("a", TensorType.BF16, THREE, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dtype of tensor 'a' was 'BF16'");
        assertThatThrownBy(() -> writer.floats("a", TensorType.F16, List.of(1), new float[] {7e4f}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value 0 of tensor 'a' was '70000.0' but F16 ends at 65504");
    }

    @Test
    void rejectsANameTwice() {
        SafetensorsWriter writer =
                new SafetensorsWriter().floats("a", TensorType.F32, THREE, new float[3]);
        assertThatThrownBy(() -> writer.bytes("a", TensorType.U8, THREE, new byte[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tensor 'a' was added twice");
    }

    private static SafetensorsWriter sample() {
        return new SafetensorsWriter()
                .metadata("b", "\"\n\\ü")
                .metadata("a", "")
                .bytes("raw", TensorType.U8, THREE, new byte[] {1, -2, 3})
                .floats("half", TensorType.F16, THREE, new float[] {1.5f, -0f, 1 / 3f})
                .floats("single", TensorType.F32, THREE, new float[] {1.5f, -0f, 3e38f});
    }

    private static byte[] bytes(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        return out.toByteArray();
    }
}
