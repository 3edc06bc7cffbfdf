package io.psconv.model.cuda;

import io.psconv.model.engine.TestNetworks;
import io.psconv.model.network.FeatureShape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole networks on the checked-in PTX, executed, against the JVM engine. */
class CudaNetworksTest {
    @ParameterizedTest
    @CsvSource({
        "resnet20,PS4_P4,32,2",
        "resnet20,PSD1_P16,32,1",
        "resnet20,PS1_P9,32,1",
        "resnet56,PSD2_P8,32,1",
        "vgg16,PS2_P6,32,1",
        "resnet18,PSD1_P16,32,1",
        "resnet18,PSD1_P16_B16,32,1",
        "resnet50,PSD4_P8,32,1",
        "ffnn,dense,28,3",
    })
    void matchJvmEngineInHalfPrecision(String architecture, String variant, int side, int images) {
        CudaKernelsTest.assertAgreement(
                TestNetworks.create(architecture, variant, new FeatureShape(3, side, side), 10),
                Precision.FP16,
                images,
                CudaKernelsTest.HALF_TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({
        "resnet20,PS4_P4,32,2",
        "resnet20,PSD1_P16,32,1",
        "resnet56,PSD2_P8,32,1",
        "vgg16,PS2_P6,32,1",
        "resnet18,PSD1_P16,32,1",
        "resnet50,PSD4_P8,32,1",
        "ffnn,dense,28,3",
    })
    void matchJvmEngineInSinglePrecision(
            String architecture, String variant, int side, int images) {
        CudaKernelsTest.assertAgreement(
                TestNetworks.create(architecture, variant, new FeatureShape(3, side, side), 10),
                Precision.FP32,
                images,
                CudaKernelsTest.SINGLE_TOLERANCE);
    }
}
