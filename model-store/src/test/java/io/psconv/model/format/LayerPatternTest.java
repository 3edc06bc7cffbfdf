package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.pattern.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerPatternTest {
    @ParameterizedTest
    @ValueSource(strings = {"dense", "PS2_P6", "PSD4_P16_Ball", "pSC1", "pSC4_S123456789012345678"})
    void readsWhatItWrites(String variant) {
        List<LayerPattern> patterns = LayerPattern.of(SampleModels.resnet20(), Variant.of(variant));
        assertThat(LayerPattern.read(LayerPattern.write(patterns))).isEqualTo(patterns);
    }

    @Test
    void statesPeriodBlockAndMasks() {
        List<LayerPattern> patterns =
                LayerPattern.of(SampleModels.resnet20(), Variant.of("PS4_P4"));
        assertThat(patterns).hasSize(18);
        assertThat(LayerPattern.write(patterns.subList(0, 1)))
                .isEqualTo(
                        "[{\"layer\":\"layer1.0.conv1\",\"period\":4,\"filterBlock\":1,"
                                + "\"table\":[432,27,54,216]}]");
    }

    @Test
    void boundsTheFilterBlockByTheLayer() {
        List<LayerPattern> patterns =
                LayerPattern.of(SampleModels.resnet20(), Variant.of("PS4_P4_Ball"));
        assertThat(patterns.get(0).filterBlock()).isEqualTo(16);
        assertThat(patterns.get(17).filterBlock()).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[1]",
                "[{\"more\":1}]",
                "[{\"period\":\"4\"}]",
                "[",
                "[]x",
                "[[]]"
            })
    void rejectsOtherText(String text) {
        assertThatThrownBy(() -> LayerPattern.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the pattern table");
    }
}
