package io.psconv.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import org.junit.jupiter.api.Test;

/** On a large network, beside which it does not matter what else comes and goes in this JVM. */
class ModelFootprintTest {
    private static final JvmEngine ENGINE = new JvmEngine(ConvolutionForms.scalar());

    @Test
    void countsTensorsAndPackedWeightsAndMaps() {
        CompressedModel model = model("dense");
        long tensors =
                model.tensors().values().stream().mapToLong(values -> 4L * values.length).sum();

        ModelFootprint footprint = ModelFootprint.measure("dense@1", 5, model, ENGINE, 8);

        // Packed weights are as many again, and some more for what says where they belong.
        assertThat(footprint.weightBytes()).isBetween(tensors * 18 / 10, tensors * 3);
        // The widest layer alone has 64 maps of 32 × 32 for the input, output and residual of an
        // image, and plans there are for one, two, four and eight.
        assertThat(footprint.classifierBytes())
                .isBetween(3L * 64 * 1024 * 4, 20L * 3 * 64 * 1024 * 4);
        assertThat(footprint.fileBytes()).isEqualTo(5);
        assertThat(footprint.frameBytes()).isEqualTo(3 * 1024 * 4);
        assertThat(footprint.nativeBytes()).isZero();
    }

    @Test
    void sparseWeightsNeedLess() {
        long dense = ModelFootprint.measure("a", 0, model("dense"), ENGINE, 8).weightBytes();
        long sparse = ModelFootprint.measure("b", 0, model("PSD1_P16"), ENGINE, 8).weightBytes();

        assertThat(sparse).isLessThan(dense / 2);
    }

    private static CompressedModel model(String variant) {
        return UntrainedModel.create(
                Architectures.create("resnet18", new FeatureShape(3, 32, 32), 10),
                Variant.of(variant),
                7);
    }
}
