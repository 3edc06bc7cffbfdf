package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineSpecTest {
    @Test
    void isANameAlone() {
        assertThat(EngineSpec.parse("jvm")).isEqualTo(new EngineSpec("jvm", Map.of()));
        assertThat(new EngineSpec("jvm", Map.of())).hasToString("jvm");
    }

    @Test
    void readsWhatItWrote() {
        EngineSpec spec = new EngineSpec("cuda", Map.of("precision", "fp32", "devices", "0+2"));
        assertThat(spec).hasToString("cuda devices=0+2 precision=fp32");
        assertThat(EngineSpec.parse(spec.toString())).isEqualTo(spec);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda fast", "cuda =1", "cuda  precision=fp32"})
    void rejectsAnythingElse(String text) {
        assertThatThrownBy(() -> EngineSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "engine was '%s' but behind the name there must be options key=value",
                        text);
    }

    @Test
    void enginesWithoutOptionsRefuseThem() {
        assertThatThrownBy(() -> InferenceEngines.choose("onnxruntime a=b", "auto", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("options of engine 'onnxruntime' were {a=b} but it has none");
        assertThatThrownBy(() -> InferenceEngines.choose("jvm a=b", "auto", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("engine was 'jvm a=b' but jvm has no options of its own");
    }

    @Test
    void refusesAnOptionTwiceOrThatCouldNotBeRead() {
        assertThatThrownBy(() -> EngineSpec.parse("cuda precision=fp16 precision=fp32"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but it has option 'precision' twice");
        assertThatThrownBy(() -> new EngineSpec("cuda", Map.of("devices", "0 1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "option of engine 'cuda' was 'devices=0 1' but it must be key=value without"
                                + " blanks");
    }
}
