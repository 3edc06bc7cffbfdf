package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.SampleModels;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What ONNX Runtime, which checks a file as it loads it, says that a file is. */
class OnnxExporterTest {
    private final CompressedModel model = SampleModels.resnet20("PSD1_P16");

    @Test
    void declaresInputAndOutputWithAFreeBatch() throws OrtException {
        try (OrtSession session = session(model)) {
            assertTensor(session.getInputInfo(), "input", -1, 3, 32, 32);
            assertTensor(session.getOutputInfo(), "logits", -1, 10);
        }
    }

    @Test
    void saysWhatTheModelIs() throws OrtException {
        try (OrtSession session = session(model)) {
            OnnxModelMetadata metadata = session.getMetadata();
            assertThat(metadata.getProducerName()).isEqualTo("psconv");
            assertThat(metadata.getGraphName()).isEqualTo("lamp@7");
            assertThat(metadata.getDescription())
                    .startsWith("psconv model lamp@7: resnet20, variant PSD1_P16")
                    .contains("[0.4914, 0.4822, 0.4465]", "[0.2023, 0.1994, 0.201]");
            assertThat(metadata.getCustomMetadata())
                    .containsOnly(
                            Map.entry("psconv.name", "lamp@7"),
                            Map.entry("psconv.architecture", "resnet20"),
                            Map.entry("psconv.variant", "PSD1_P16"),
                            Map.entry("psconv.dataset", "cifar10"),
                            Map.entry(
                                    "psconv.labels",
                                    "[\"aa\",\"bb\",\"c \\\"quoted\\\"\",\"d,d\",\"ee\",\"ff\",\"gg\","
                                            + "\"hh\",\"ü\",\"jj\"]"),
                            Map.entry("psconv.input-shape", "3x32x32"),
                            Map.entry("psconv.normalisation.mean", "0.4914,0.4822,0.4465"),
                            Map.entry(
                                    "psconv.normalisation.standard-deviation",
                                    "0.2023,0.1994,0.201"),
                            Map.entry("psconv.provenance.epochs", "0"),
                            Map.entry("psconv.provenance.training", "untrained"));
        }
    }

    @Test
    void everyKindOfLayerIsAccepted() throws OrtException {
        try (OrtSession session = session(SmallNetwork.model())) {
            assertTensor(session.getInputInfo(), "input", -1, 1, 8, 8);
            assertTensor(session.getOutputInfo(), "logits", -1, 3);
        }
        try (OrtSession session = session(SmallNetwork.large())) {
            assertTensor(session.getInputInfo(), "input", -1, 1, 8, 8);
            assertTensor(session.getOutputInfo(), "logits", -1, 3);
        }
    }

    @Test
    void writesTheSameModelAsTheSameBytes() {
        byte[] once = new OnnxExporter().toBytes(model, "m");
        assertThat(new OnnxExporter().toBytes(SampleModels.resnet20("PSD1_P16"), "m"))
                .isEqualTo(once);
        assertThat(new OnnxExporter().toBytes(SampleModels.resnet20("PSD1_P16", 2), "m"))
                .isNotEqualTo(once);
    }

    private static OrtSession session(CompressedModel model) throws OrtException {
        return OrtEnvironment.getEnvironment()
                .createSession(new OnnxExporter().toBytes(model, "lamp@7"));
    }

    private static void assertTensor(Map<String, NodeInfo> nodes, String name, long... shape) {
        assertThat(nodes).containsOnlyKeys(name);
        TensorInfo tensor = (TensorInfo) Objects.requireNonNull(nodes.get(name), name).getInfo();
        assertThat(tensor.type).isEqualTo(OnnxJavaType.FLOAT);
        assertThat(tensor.getShape()).containsExactly(shape);
        assertThat(tensor.getDimensionNames()[0]).isEqualTo("N");
    }
}
