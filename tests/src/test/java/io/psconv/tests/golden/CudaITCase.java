package io.psconv.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psconv.bench.gpu.AgreementCheck;
import io.psconv.bench.gpu.CheckRow;
import io.psconv.bench.gpu.EnergyCheck;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.pattern.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The CUDA engine on a device, where there is one; all of it by {@code tests/gpu/check.sh}. */
@Tag("gpu")
class CudaITCase {
    private static final InferenceEngine REFERENCE =
            new JvmEngine(ConvolutionForms.choose("auto", false));

    @BeforeEach
    void requireDevice() {
        assumeTrue(
                Files.exists(Path.of("/dev/nvidiactl")),
                "there is no NVIDIA device, so nothing was run on one");
    }

    @ParameterizedTest
    @CsvSource({"fp32, 1e-4", "fp16, 1e-2"})
    void agreesWithTheJvmEngine(String precision, double tolerance) throws Exception {
        AgreementCheck check = new AgreementCheck(REFERENCE, cuda(precision), tolerance);
        LabelledImages images =
                DataSets.open(BundledModels.samples(), BundledModels.CIFAR, List.of(), Split.TEST)
                        .first(500);

        assertThat(
                        List.of(
                                check.untrained(
                                        precision,
                                        "resnet18",
                                        List.of(Variant.of("PSD1_P16"), Variant.DENSE)),
                                check.untrained(precision, "vgg16", List.of(Variant.of("PS2_P6"))),
                                check.trained(
                                        precision,
                                        BundledModels.read("resnet18-psd1_p16"),
                                        images)))
                .extracting(CheckRow::result)
                .containsOnly(CheckRow.Result.PASSED);
    }

    @ParameterizedTest
    @CsvSource({"fp32", "fp16"})
    void reproducesGoldenVectors(String precision) throws Exception {
        CompressedModel model = BundledModels.read("resnet18-psd1_p16");
        assertThat(model.golden()).isNotNull();
        try (LoadedModel loaded = cuda(precision).load(model)) {
            GoldenCheck.verify(loaded);
            assertThat(loaded.executedVariant()).isEqualTo(model.variant());
        }
    }

    @Test
    void drawsEnergy() throws Exception {
        CheckRow row =
                new EnergyCheck(cuda("fp16"), Duration.ofSeconds(2))
                        .check(BundledModels.read("resnet18-psd1_p16"));
        assumeTrue(row.result() != CheckRow.Result.SKIPPED, row.found());

        assertThat(row.result()).as(row.found()).isEqualTo(CheckRow.Result.PASSED);
    }

    private static InferenceEngine cuda(String precision) {
        return InferenceEngines.choose("cuda precision=" + precision, "auto", false);
    }
}
