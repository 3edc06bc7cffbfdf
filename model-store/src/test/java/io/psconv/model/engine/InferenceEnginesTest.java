package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.SampleModels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceEnginesTest {
    @ParameterizedTest
    @CsvSource({"auto,auto", "jvm,auto", "jvm,vector", "jvm,scalar", "auto,scalar"})
    void choosesTheJvmEngine(String name, String convolution) {
        InferenceEngine engine = InferenceEngines.choose(name, convolution, true);
        assertThat(engine.name()).isEqualTo("jvm");
        CompressedModel model = SampleModels.resnet20("PS1_P9");
        try (LoadedModel loaded = engine.load(model)) {
            assertThat(loaded.engine()).isEqualTo("jvm");
            assertThat(loaded.model()).isSameAs(model);
        }
    }

    @Test
    void namesTheEnginesThereAre() {
        assertThatThrownBy(() -> InferenceEngines.choose("tpu", "auto", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "engine was 'tpu' but it must be one of [auto, jvm, cuda, onnxruntime,"
                                + " djl-pytorch, djl-pytorch-grouped]");
    }

    @Test
    void choosesThePeerWhoseLibraryIsThere() {
        InferenceEngine engine = InferenceEngines.choose("onnxruntime", "auto", true);
        assertThat(engine.name()).isEqualTo("onnxruntime");
    }

    @Test
    void saysWhichLibraryAPeerLacks() {
        assertThatThrownBy(() -> InferenceEngines.choose("djl-pytorch", "auto", true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "engine was 'djl-pytorch' but its library is not on the class path; add"
                                + " ai.djl.pytorch:pytorch-engine, ai.djl.pytorch:pytorch-jni and"
                                + " ai.djl.pytorch:pytorch-native-cpu with the platform's"
                                + " classifier, on a cluster to Flink's lib folder and not to the"
                                + " job");
    }

    @Test
    void saysWhichDriverIsMissing() {
        assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a driver of NVIDIA's");

        assertThatThrownBy(() -> InferenceEngines.choose("cuda precision=fp32", "auto", true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "engine was 'cuda' but the library of NVIDIA's driver, libcuda.so.1, cannot"
                                + " be loaded; install the driver");
    }

    @Test
    void namesTheFormsThereAre() {
        assertThatThrownBy(() -> InferenceEngines.choose("jvm", "avx", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "convolution form was 'avx' but it must be one of [auto, vector, scalar]");
    }
}
