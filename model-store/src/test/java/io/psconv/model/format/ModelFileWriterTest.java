package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.network.Architectures;
import io.psconv.model.pattern.Variant;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileWriterTest {
    /** The column "periodic" of the published variants' storage, in units of 10^6 bytes. */
    @ParameterizedTest
    @CsvSource({
        "resnet18, dense, 44.73",
        "resnet18, PS4_P4, 20.32",
        "resnet18, PSD4_P8, 23.37",
        "resnet18, PS2_P6, 10.56",
        "resnet18, PSD2_P8, 14.83",
        "resnet18, PS1_P9, 5.67",
        "resnet18, PSD1_P16, 8.12",
        "vgg16, dense, 58.95",
        "vgg16, PS4_P4, 26.26",
        "vgg16, PSD4_P8, 30.35",
        "vgg16, PS2_P6, 13.19",
        "vgg16, PSD2_P8, 18.91",
        "vgg16, PS1_P9, 6.65",
        "vgg16, PSD1_P16, 9.92"
    })
    void storesNoIndex(String architecture, String variant, double megabytes) {
        CompressedModel model =
                UntrainedModel.create(
                        Architectures.create(architecture, SampleModels.CIFAR, 10),
                        Variant.of(variant),
                        1);
        double size = new ModelFileWriter().toBytes(model).length / 1e6;
        assertThat(size).isCloseTo(megabytes, Percentage.withPercentage(1));
    }

    @Test
    void halvesTheWeightsInHalfPrecision() {
        CompressedModel model =
                UntrainedModel.create(
                        Architectures.create("resnet18", SampleModels.CIFAR, 10),
                        Variant.of("PSD1_P16"),
                        1);
        double size = new ModelFileWriter(TensorType.F16).toBytes(model).length / 1e6;
        assertThat(size).isCloseTo(8.12 / 2, within(0.1));
    }

    @Test
    void writesTheSameBytesForTheSameModel() {
        byte[] bytes = new ModelFileWriter().toBytes(SampleModels.resnet20("PSD1_P16"));
        byte[] again = new ModelFileWriter().toBytes(SampleModels.resnet20("PSD1_P16"));
        byte[] other = new ModelFileWriter().toBytes(SampleModels.resnet20("PSD1_P16", 2));
        assertThat(again).isEqualTo(bytes);
        assertThat(other).isNotEqualTo(bytes);
    }

    @Test
    void writesTheKeysThatOtherToolsCanRead() throws MalformedModelException {
        SafetensorsFile file =
                new SafetensorsReader(ReadLimits.DEFAULT)
                        .read(new ModelFileWriter().toBytes(SampleModels.resnet20("PSD1_P16")));
        assertThat(file.metadata())
                .containsEntry("psconv.format-version", "1")
                .containsEntry("psconv.architecture", "resnet20")
                .containsEntry("psconv.variant", "PSD1_P16")
                .containsEntry("psconv.dataset", "cifar10")
                .containsEntry("psconv.input-shape", "3x32x32")
                .containsEntry("psconv.normalisation.mean", "0.4914,0.4822,0.4465")
                .containsEntry("psconv.normalisation.standard-deviation", "0.2023,0.1994,0.201")
                .containsEntry("psconv.golden.tolerance.fp32", "0.001")
                .containsEntry("psconv.provenance.training", "untrained");
        assertThat(file.metadata().get("psconv.labels")).startsWith("[\"aa\",\"bb\",\"c \\\"");
        assertThat(file.tensor("layer1.0.conv1.weight").shape()).isEqualTo(List.of(16, 24));
        assertThat(file.tensor("conv1.weight").shape()).isEqualTo(List.of(16, 3, 3, 3));
        assertThat(file.tensor("golden.input").type()).isEqualTo(TensorType.U8);
        assertThat(file.tensor("golden.input").shape()).isEqualTo(List.of(2, 3, 32, 32));
        assertThat(file.tensor("golden.logits").shape()).isEqualTo(List.of(2, 10));
    }

    @Test
    void keepsNormalizationAndTheLastLayerInSinglePrecision() throws MalformedModelException {
        SafetensorsFile file =
                new SafetensorsReader(ReadLimits.DEFAULT)
                        .read(
                                new ModelFileWriter(TensorType.F16)
                                        .toBytes(SampleModels.resnet20("PSD1_P16")));
        assertThat(file.tensor("layer1.0.conv1.weight").type()).isEqualTo(TensorType.F16);
        assertThat(file.tensor("bn1.running_var").type()).isEqualTo(TensorType.F32);
        assertThat(file.tensor("linear.weight").type()).isEqualTo(TensorType.F32);
    }

    @Test
    void rejectsOtherWeightTypes() {
        assertThatThrownBy(() -> new ModelFileWriter(TensorType.I8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight type was 'I8' but it must be F32 or F16");
    }
}
