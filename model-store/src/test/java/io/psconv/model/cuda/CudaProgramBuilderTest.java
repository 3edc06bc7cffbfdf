package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.cuda.DeviceBuffer.Constant;
import io.psconv.model.engine.TestNetworks;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.NetworkCost;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CudaProgramBuilderTest {
    @ParameterizedTest
    @EnumSource(Precision.class)
    void programsOfAllBatchesShareConstants(Precision precision) {
        CudaProgramBuilder builder =
                new CudaProgramBuilder(TestNetworks.cifar("resnet20", "PS4_P4"), precision);

        List<DeviceBuffer> one = constants(builder.build(1));
        List<DeviceBuffer> many = constants(builder.build(256));

        assertThat(one).isNotEmpty();
        assertThat(many).hasSameSizeAs(one);
        for (int index = 0; index < one.size(); index++) {
            assertThat(many.get(index)).isSameAs(one.get(index));
        }
    }

    @Test
    void mapsThatNobodyReadsAnyMoreMakeRoom() {
        CompressedModel model = TestNetworks.cifar("resnet20", "dense");
        DeviceProgram program = new CudaProgramBuilder(model, Precision.FP16).build(8);
        long widest = 8L * 32 * 32 * 16 * 2;

        long packed = 8L * 32 * 32 * 4 * 2;

        // An input, a residual and an output at once, behind what the images were packed into.
        assertThat(program.buffers().get(2).size()).isEqualTo(packed + 3 * widest);
    }

    @Test
    void blocksKeepToTheSharedMemoryThatAllDevicesHave() {
        for (int images : new int[] {1, 1024}) {
            DeviceProgram program =
                    new CudaProgramBuilder(
                                    TestNetworks.cifar("resnet18", "PSD1_P16"), Precision.FP16)
                            .build(images);
            for (KernelLaunch launch : program.launches()) {
                assertThat(launch.sharedBytes())
                        .as("shared memory of %s", launch)
                        .isLessThanOrEqualTo(DeviceLimits.COMMON.blockSharedBytes());
            }
        }
    }

    @Test
    void namesTheLayerThatNeedsMoreSharedMemoryThanThereIs() {
        CudaProgramBuilder builder =
                new CudaProgramBuilder(
                        TestNetworks.cifar("resnet18", "PSD1_P16"),
                        Precision.FP16,
                        new DeviceLimits(16 << 10, 132));

        assertThatThrownBy(() -> builder.build(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("layer 'layer")
                .hasMessageEndingWith(
                        "bytes of shared memory in half precision but a block has at most 16384;"
                                + " classify in single precision or on a larger device");
    }

    @Test
    void namesTheLayerWhoseWeightsHalfPrecisionDoesNotHold() {
        CompressedModel model = TestNetworks.cifar("resnet20", "PS4_P4");
        model.tensor("layer1.0.conv1.weight")[5] = 1e6f;

        assertThatThrownBy(() -> new CudaProgramBuilder(model, Precision.FP16).build(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a weight of layer 'layer1.0.conv1' was '")
                .hasMessageEndingWith(
                        "but half precision ends at 65504.0; classify in single precision");
    }

    @Test
    void countsWhatAForwardCannotDoWithout() {
        CompressedModel model =
                TestNetworks.create("resnet20", "PS4_P4", new FeatureShape(3, 32, 32), 10);
        CudaProgramBuilder builder = new CudaProgramBuilder(model, Precision.FP16);

        ProgramCost one = builder.cost(1);
        ProgramCost many = builder.cost(256);

        NetworkCost network = NetworkCost.of(model.network(), model.variant());
        assertThat(many.macs()).isEqualTo(256 * network.macs());
        assertThat(many.mapBytes()).isEqualTo(256 * one.mapBytes());
        assertThat(many.constantBytes()).isEqualTo(one.constantBytes());
        assertThat(many.launches()).isEqualTo(builder.build(256).launches().size());
        assertThat(many.predictedFloorSeconds(1e12, 1e30))
                .isCloseTo((many.mapBytes() + many.constantBytes()) / 1e12, within(1e-12));
        // Nineteen convolutions write maps of 32 KiB, 16 KiB and 8 KiB and read as much or more.
        assertThat(one.mapBytes()).isGreaterThan((2 * (7 * 32 + 6 * 16 + 6 * 8)) << 10);
    }

    private static List<DeviceBuffer> constants(DeviceProgram program) {
        return program.buffers().stream().filter(Constant.class::isInstance).toList();
    }
}
