package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.export.GroupedConvolution.Part;
import io.psconv.model.export.GroupedConvolution.Window;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts themselves; that PyTorch makes the layer of them is tested in tests. */
class GroupedConvolutionTest {
    @ParameterizedTest
    @ValueSource(strings = {"PS4_P4", "PSD4_P8", "PSD2_P16", "PSD1_P16"})
    void hasEachStoredValueOnceAndNoOther(String variant) {
        CompressedModel model = model(variant);
        ConvolutionLayer layer = lastSparse(model.network());

        List<Float> values = new ArrayList<>();
        for (Part part : new GroupedConvolution(model, layer).parts()) {
            for (float value : part.weight().values()) {
                values.add(value);
            }
        }

        List<Float> stored = new ArrayList<>();
        for (float value : FoldedConvolution.of(model, layer).values()) {
            stored.add(value);
        }
        assertThat(values).containsExactlyInAnyOrderElementsOf(stored);
    }

    @Test
    void joinsPhasesOfOneSupportSet() {
        CompressedModel model = model("PSD1_P16");
        GroupedConvolution groups = new GroupedConvolution(model, lastSparse(model.network()));

        // Phases 1 to 15 take positions 0 to 8, then 0 to 5 again; phase 0 is dense.
        assertThat(groups.parts())
                .extracting(Part::phases)
                .containsExactly(
                        List.of(0),
                        List.of(1, 10),
                        List.of(2, 11),
                        List.of(3, 12),
                        List.of(4, 13),
                        List.of(5, 14),
                        List.of(6, 15),
                        List.of(7),
                        List.of(8),
                        List.of(9));
        assertThat(groups.parts())
                .extracting(part -> part.weight().shape())
                .startsWith(List.of(64, 4, 3, 3), List.of(64, 8, 1, 1))
                .endsWith(List.of(64, 4, 1, 1));
    }

    @Test
    void fillsUpToThePeriod() {
        CompressedModel model = model("PS1_P9");
        GroupedConvolution groups = new GroupedConvolution(model, lastSparse(model.network()));

        assertThat(groups.channels()).isEqualTo(72);
        assertThat(groups.filters()).isEqualTo(72);
        assertThat(groups.bias().shape()).containsExactly(64);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0, 0", "1;2, 0, 0, 1, 2", "3;6, 1, 2, 0, 0", "2;6, 0, 2, 0, 2"})
    void framesASupportSet(String positions, int top, int bottom, int left, int right) {
        int[] all = List.of(positions.split(";")).stream().mapToInt(Integer::parseInt).toArray();

        assertThat(Window.of(SupportSet.of(all))).isEqualTo(new Window(top, bottom, left, right));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pSC2", "PSD1_P16_B16"})
    void refusesWhatItCannotExpress(String variant) {
        CompressedModel model = model(variant);
        ConvolutionLayer layer = lastSparse(model.network());

        assertThatThrownBy(() -> new GroupedConvolution(model, layer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "variant was '"
                                + variant
                                + "' but grouped convolutions need supports that repeat, with a"
                                + " filter block of 1; use the dense form");
    }

    private static CompressedModel model(String variant) {
        return UntrainedModel.create(
                Architectures.create("resnet20", new FeatureShape(3, 32, 32), 10),
                Variant.of(variant),
                1);
    }

    private static ConvolutionLayer lastSparse(Network network) {
        return network.convolutions().stream()
                .filter(ConvolutionLayer::sparse)
                .reduce((first, second) -> second)
                .orElseThrow();
    }
}
