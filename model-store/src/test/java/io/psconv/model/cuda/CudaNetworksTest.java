package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.engine.TestNetworks;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole networks on the checked-in PTX, executed, against the JVM engine. */
class CudaNetworksTest {
    @ParameterizedTest
    @CsvSource({
        "resnet20,PS4_P4,32,2",
        "resnet18,PSD1_P16,32,1",
        "vgg16,PS2_P6,32,1",
        "resnet50,PSD4_P8,32,1",
        "ffnn,dense,28,3",
    })
    void matchJvmEngineInHalfPrecision(String architecture, String variant, int side, int images) {
        CudaKernelsTest.assertAgreement(
                model(architecture, variant, side),
                Precision.FP16,
                images,
                CudaKernelsTest.HALF_TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({
        "resnet20,PSD1_P16,32,1",
        "ffnn,dense,28,3",
    })
    void matchJvmEngineInSinglePrecision(
            String architecture, String variant, int side, int images) {
        CudaKernelsTest.assertAgreement(
                model(architecture, variant, side),
                Precision.FP32,
                images,
                CudaKernelsTest.SINGLE_TOLERANCE);
    }

    @Test
    void overflowOfHalfPrecisionIsSeenInEveryLogit() {
        CompressedModel model = model("resnet20", "PSD1_P16", 32);
        float[] scale = model.tensor("bn1.weight");
        for (int filter = 0; filter < scale.length; filter++) {
            scale[filter] *= 20_000;
        }

        float[] logits =
                EmulatedRun.logits(
                        new CudaProgramBuilder(model, Precision.FP16).build(1),
                        TestNetworks.images(model, 1));

        assertThat(logits).isNotEmpty();
        for (float logit : logits) {
            assertThat(Float.isFinite(logit)).as("logit '%s' is finite", logit).isFalse();
        }
    }

    private static CompressedModel model(String architecture, String variant, int side) {
        return TestNetworks.create(architecture, variant, new FeatureShape(3, side, side), 10);
    }
}
