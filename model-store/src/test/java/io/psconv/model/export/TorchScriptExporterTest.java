package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.format.CompressedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** The archive's parts; that PyTorch computes the right thing with them is tested in tests. */
class TorchScriptExporterTest {
    private final CompressedModel model = SmallNetwork.model();

    @Test
    void holdsWhatAnArchiveMustHold() throws IOException {
        Map<String, byte[]> entries = entries();

        assertThat(entries.keySet())
                .containsExactly(
                        "psconv/data.pkl",
                        "psconv/byteorder",
                        "psconv/code/__torch__.py",
                        "psconv/data/0",
                        "psconv/data/1",
                        "psconv/data/2",
                        "psconv/data/3",
                        "psconv/data/4",
                        "psconv/data/5",
                        "psconv/data/6",
                        "psconv/data/7",
                        "psconv/constants.pkl",
                        "psconv/extra/psconv.json",
                        "psconv/version");
        assertThat(text(entries, "version")).isEqualTo("3\n");
        assertThat(text(entries, "byteorder")).isEqualTo("little");
    }

    @Test
    void writesOneModuleInTorchScript() throws IOException {
        assertThat(text(entries(), "code/__torch__.py"))
                .isEqualTo(
                        """
                        class Network(Module):
                          __parameters__ = ["stem_weight", "stem_bias", "sparse_weight", \
                        "sparse_bias", "point_weight", "point_bias", "end_weight", "end_bias", ]
                          __buffers__ = []
                          stem_weight : Tensor
                          stem_bias : Tensor
                          sparse_weight : Tensor
                          sparse_bias : Tensor
                          point_weight : Tensor
                          point_bias : Tensor
                          end_weight : Tensor
                          end_bias : Tensor
                          training : bool
                          def forward(self: __torch__.Network,
                            input: Tensor) -> Tensor:
                            v0 = torch.conv2d(input, self.stem_weight, self.stem_bias, [1, 1], \
                        [1, 1], [1, 1], 1)
                            v1 = torch.relu(v0)
                            v2 = torch.max_pool2d(v1, [2, 2], [2, 2], [0, 0], [1, 1], False)
                            v3 = torch.slice(v2, 2, 0, 9223372036854775807, 2)
                            v4 = torch.slice(v3, 3, 0, 9223372036854775807, 2)
                            v5 = torch.constant_pad_nd(v4, [0, 0, 0, 0, 1, 2], 0)
                            v6 = torch.conv2d(v2, self.sparse_weight, self.sparse_bias, [2, 2], \
                        [1, 1], [1, 1], 1)
                            v7 = torch.add(v6, v5)
                            v8 = torch.relu(v7)
                            v9 = torch.conv2d(v8, self.point_weight, self.point_bias, [1, 1], \
                        [0, 0], [1, 1], 1)
                            v10 = torch.avg_pool2d(v9, [2, 2], [2, 2], [0, 0], False, True, None)
                            v11 = torch.flatten(v10, 1, -1)
                            v12 = torch.linear(v11, self.end_weight, self.end_bias)
                            return v12
                        """);
    }

    @Test
    void keepsTensorsAsLittleEndianFloats() throws IOException {
        byte[] bias = Objects.requireNonNull(entries().get("psconv/data/3"));
        float[] values = new float[5];
        ByteBuffer.wrap(bias).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        assertThat(bias).hasSize(20);
        assertThat(values).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void picklesEveryAttribute() throws IOException {
        String pickle = text(entries(), "data.pkl");
        assertThat(pickle).startsWith("\u0080\u0002c__torch__\nNetwork\n)\u0081}(").endsWith("ub.");
        assertThat(pickle)
                .contains("stem_weight", "end_bias", "training")
                .contains("ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\n");
    }

    @Test
    void saysWhatTheModelIs() throws IOException {
        assertThat(new String(entry("extra/psconv.json"), StandardCharsets.UTF_8))
                .contains("\"psconv.name\" : \"lamp@7\"")
                .contains("\"psconv.variant\" : \"PS1_P9\"")
                .contains("\"psconv.labels\" : \"[\\\"a\\\",")
                .contains("\"psconv.normalisation.mean\" : \"0.5\"");
    }

    @Test
    void writesTheSameModelAsTheSameBytes() {
        assertThat(new TorchScriptExporter().toBytes(SmallNetwork.model(), "m"))
                .isEqualTo(new TorchScriptExporter().toBytes(model, "m"));
    }

    private byte[] entry(String name) throws IOException {
        return Objects.requireNonNull(entries().get("psconv/" + name), name);
    }

    private Map<String, byte[]> entries() throws IOException {
        byte[] archive = new TorchScriptExporter().toBytes(model, "lamp@7");
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    private static String text(Map<String, byte[]> entries, String name) {
        return new String(
                Objects.requireNonNull(entries.get("psconv/" + name), name),
                StandardCharsets.ISO_8859_1);
    }
}
