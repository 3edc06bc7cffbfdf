package io.psconv.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bundled models on the bundled images: right exactly as often as they were. */
@TestInstance(Lifecycle.PER_CLASS)
class BundledSampleITCase {
    private LabelledImages sample = noImages();

    @BeforeAll
    void readSample() throws Exception {
        sample = DataSets.open(BundledModels.samples(), BundledModels.CIFAR, List.of(), Split.TEST);
    }

    /**
     * Counts of this engine, confirmed by the accuracies it reaches over the whole test set, which
     * are those of independent implementations; see {@link FullTestSetITCase}. Exact, because
     * logits are the same bits on every machine.
     */
    @ParameterizedTest
    @CsvSource({"resnet56-dense,1859", "resnet20-dense,1833", "resnet18-psd1_p16,1789"})
    void classifiesTheSampleAsEver(String name, int right) throws Exception {
        assertThat(sample.count()).isEqualTo(2000);
        CompressedModel model = BundledModels.read(name);
        assertThat(TestAccuracy.right(model, sample)).as("right of 2,000").isEqualTo(right);
    }

    @ParameterizedTest
    @CsvSource({"resnet56-dense", "resnet20-dense", "resnet18-psd1_p16"})
    void reproducesItsGoldenVectors(String name) throws Exception {
        CompressedModel model = BundledModels.read(name);
        assertThat(model.golden()).as("golden vectors of %s", name).isNotNull();
        try (LoadedModel loaded =
                new JvmEngine(ConvolutionForms.vector().orElseThrow()).load(model)) {
            assertThatCode(() -> GoldenCheck.verify(loaded)).doesNotThrowAnyException();
        }
    }

    private static LabelledImages noImages() {
        return new LabelledImages(BundledModels.CIFAR, List.of(), new byte[0], new int[0]);
    }
}
