package io.psconv.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.DenseImporter;
import io.psconv.model.format.Normalisation;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.StoredModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights of the dense framework over the whole CIFAR-10 test set, where both are at hand.
 *
 * <p>The accuracies of the dense networks are those their publisher states, and of a NumPy forward
 * pass; that of the sparse one and its logits are from the program that trained it and, for 256
 * images, from NumPy as well.
 */
@Tag("long")
class FullTestSetITCase {
    /** Percent: two images, which another order of summation may turn. */
    private static final double TOLERANCE = 0.02;

    private static final Normalisation IMAGENET =
            new Normalisation(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

    @ParameterizedTest
    @CsvSource({"resnet56-dense,93.39", "resnet20-dense,91.73", "resnet18-psd1_p16,89.24"})
    void reachesTheAccuracyOfTheDenseFramework(String name, double percent) throws Exception {
        LabelledImages images = testImages();
        assertThat(images.count()).isEqualTo(10_000);
        int right = TestAccuracy.right(imported(name), images);
        assertThat(right / 100.0).as("percent right").isCloseTo(percent, within(TOLERANCE));
    }

    /** What is shipped is what was measured: by {@code train}, with the same loops. */
    @ParameterizedTest
    @MethodSource("io.psconv.tests.golden.BundledModels#trained")
    void reachesTheAccuracyThatItsRecordStates(StoredModel stored) throws Exception {
        CompressedModel model = BundledModels.read(stored);
        LabelledImages images = testImages();
        int right = TestAccuracy.right(model, images);
        assertThat(String.format(Locale.ROOT, "%.2f", right / 100.0))
                .as("percent right of %s", stored.reference())
                .isEqualTo(model.metadata().provenance().get("test_accuracy_percent"));
    }

    @Test
    void makesTheLogitsOfTheProgramThatTrained() throws Exception {
        FloatBuffer expected =
                ByteBuffer.wrap(
                                Files.readAllBytes(
                                        shared("weights/cifar10_resnet18_psd1p16.logits.f32")))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        float[] actual =
                TestAccuracy.logits(imported("resnet18-psd1_p16"), testImages().first(256));
        assertThat(actual.length).isEqualTo(expected.remaining());
        int worst = 0;
        for (int index = 0; index < actual.length; index++) {
            assertThat(actual[index]).as("logit %d", index).isFinite();
            if (Math.abs(actual[index] - expected.get(index))
                    > Math.abs(actual[worst] - expected.get(worst))) {
                worst = index;
            }
        }
        assertThat(actual[worst])
                .as("logit %d, the furthest off", worst)
                .isCloseTo(expected.get(worst), within(1e-3f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet56-dense", "resnet20-dense", "resnet18-psd1_p16"})
    void bundlesTheWeightsThatAreImported(String name) throws Exception {
        CompressedModel imported = imported(name);
        CompressedModel bundled = BundledModels.read(name);
        assertThat(bundled.network()).isEqualTo(imported.network());
        assertThat(bundled.variant().name()).isEqualTo(imported.variant().name());
        assertThat(bundled.metadata().normalisation())
                .isEqualTo(imported.metadata().normalisation());
        assertThat(bundled.metadata().labels()).isEqualTo(imported.metadata().labels());
        assertThat(bundled.tensors().keySet()).isEqualTo(imported.tensors().keySet());
        for (String tensor : imported.tensors().keySet()) {
            assertThat(Arrays.mismatch(bundled.tensor(tensor), imported.tensor(tensor)))
                    .as("first value of '%s' that differs", tensor)
                    .isEqualTo(-1);
        }
    }

    private static CompressedModel imported(String name) throws Exception {
        String architecture = name.substring(0, name.indexOf('-'));
        boolean dense = name.endsWith("-dense");
        DenseImporter.Builder importer =
                DenseImporter.builder()
                        .setArchitecture(architecture)
                        .setInput(BundledModels.CIFAR)
                        .setDataset("cifar10")
                        .optLabels(DataSets.CIFAR10_CLASSES);
        if (dense) {
            importer.optVariant(Variant.DENSE).optNormalisation(IMAGENET);
        }
        String file = dense ? "cifar10_" + architecture : "cifar10_resnet18_psd1p16";
        return importer.build().read(shared("weights/" + file + ".safetensors"));
    }

    private static LabelledImages testImages() throws Exception {
        return DataSets.open(shared("cifar10"), BundledModels.CIFAR, List.of(), Split.TEST);
    }

    private static Path shared(String relative) {
        Path file =
                Path.of(System.getProperty("psconv.shared-data", "shared-data")).resolve(relative);
        assumeTrue(
                Files.exists(file),
                () ->
                        "skipped: "
                                + relative
                                + " is not there; set psconv.shared-data to its folder");
        return file;
    }
}
