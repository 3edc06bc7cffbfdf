package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.AllocatedBytes;
import io.psconv.model.format.CompressedModel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JvmClassifierTest {
    private static final ConvolutionForm VECTOR = ConvolutionForms.vector().orElseThrow();
    private static final CompressedModel MODEL = TestNetworks.cifar("resnet20", "PSD1_P16");
    private static final int CLASSES = 10;
    private static final int IMAGE = 3 * 32 * 32;

    private final LoadedModel loaded = new JvmEngine(VECTOR).load(MODEL);

    @ParameterizedTest
    @CsvSource({
        "resnet18,PSD1_P16",
        "resnet18,PS4_P4",
        "vgg16,PS1_P9",
        "vgg16,pSC2",
        "resnet20,dense",
        "resnet20,PS2_P6",
        "resnet50,PSD1_P16",
        "ffnn,dense"
    })
    void givesAnImageTheSameBitsInAnyBatch(String architecture, String variant) {
        CompressedModel model = TestNetworks.cifar(architecture, variant);
        // Of a classifier that takes so many, sixteen are interleaved, then twelve; or eights.
        float[] images = TestNetworks.images(model, 28);
        LoadedModel one = new JvmEngine(VECTOR).load(model);
        float[] expected = inBatches(one, images, 28, 5);
        Logits.assertSameBits(Logits.of(one, images, 28, 32), expected, "a classifier of 32");
        for (int image = 0; image < 28; image += 9) {
            float[] alone = Arrays.copyOfRange(images, image * IMAGE, (image + 1) * IMAGE);
            float[] own = Arrays.copyOfRange(expected, image * CLASSES, (image + 1) * CLASSES);
            Logits.assertSameBits(Logits.of(one, alone, 1, 1), own, "image " + image + " alone");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet20", "resnet18", "vgg16", "resnet50", "ffnn"})
    void keepsNothingOfEarlierBatches(String architecture) {
        CompressedModel model = TestNetworks.cifar(architecture, "PSD1_P16");
        float[] images = TestNetworks.images(model, 16);
        float[] others = images.clone();
        for (int index = 0; index < others.length; index++) {
            others[index] = 100 - 3 * others[index];
        }
        LoadedModel one = new JvmEngine(VECTOR).load(model);
        float[] expected = inBatches(one, images, 16, 7);
        try (Classifier classifier = one.newClassifier(16)) {
            for (int batch : new int[] {7, 1, 4, 16, 7, 2, 12, 3, 6, 15, 5, 1, 7}) {
                Logits.of(classifier, CLASSES, others, 17 - batch);
                Logits.assertSameBits(
                        Logits.of(classifier, CLASSES, images, batch),
                        Arrays.copyOf(expected, batch * CLASSES),
                        architecture + ", a batch of " + batch);
            }
        }
    }

    /** Logits of a classifier that takes fewer images than there are. */
    private static float[] inBatches(LoadedModel loaded, float[] images, int count, int maxBatch) {
        float[] logits = new float[count * CLASSES];
        try (Classifier classifier = loaded.newClassifier(maxBatch)) {
            for (int image = 0; image < count; image += maxBatch) {
                int batch = Math.min(maxBatch, count - image);
                float[] own = Arrays.copyOfRange(images, image * IMAGE, (image + batch) * IMAGE);
                float[] found = Logits.of(classifier, CLASSES, own, batch);
                System.arraycopy(found, 0, logits, image * CLASSES, found.length);
            }
        }
        return logits;
    }

    @Test
    void leavesInputAndTheRestOfTheLogitsAlone() {
        float[] images = TestNetworks.images(MODEL, 3);
        float[] before = images.clone();
        float[] logits = new float[3 * CLASSES];
        Arrays.fill(logits, 7);
        try (Classifier classifier = loaded.newClassifier(4)) {
            classifier.classify(images, 2, logits);
        }
        assertThat(Arrays.mismatch(images, before)).as("changed input").isEqualTo(-1);
        assertThat(Arrays.copyOfRange(logits, 2 * CLASSES, 3 * CLASSES)).containsOnly(7);
    }

    /**
     * Vectors that stay in registers are never objects: one that is boxed makes a loop many times
     * slower and shows here.
     */
    @ParameterizedTest
    @CsvSource({
        "resnet20,dense,1",
        "resnet20,dense,3",
        "resnet18,PSD1_P16,1",
        "resnet18,PSD1_P16,16",
        "vgg16,PS1_P9,14",
        "vgg16,PS4_P4,2",
        "resnet50,PSD1_P16,2",
        "ffnn,dense,3"
    })
    void allocatesNothingWhenWarm(String architecture, String variant, int batch) {
        CompressedModel model = TestNetworks.cifar(architecture, variant);
        float[] images = TestNetworks.images(model, batch);
        float[] logits = new float[batch * CLASSES];
        try (Classifier classifier = new JvmEngine(VECTOR).load(model).newClassifier(batch)) {
            // A round may still fall into the compiler's work, which ends at some time; a loop
            // that allocates does so in every round.
            long deadline = System.nanoTime() + 40_000_000_000L;
            int roundsWithout = 0;
            long allocated = Long.MAX_VALUE;
            while (roundsWithout < 2 && System.nanoTime() < deadline) {
                allocated = allocatedBy(20, classifier, images, batch, logits);
                roundsWithout = allocated == 0 ? roundsWithout + 1 : 0;
            }
            assertThat(allocated).as("bytes of 20 warm forward passes").isZero();
        }
    }

    @Test
    void refusesABatchOutsideItsRange() {
        float[] images = TestNetworks.images(MODEL, 3);
        try (Classifier classifier = loaded.newClassifier(2)) {
            assertThat(classifier.maxBatch()).isEqualTo(2);
            for (int batch : new int[] {-1, 0, 3}) {
                assertThatThrownBy(() -> classifier.classify(images, batch, new float[30]))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("batch was '" + batch + "' but it must be between 1 and 2");
            }
        }
    }

    @Test
    void refusesArraysShorterThanTheBatch() {
        try (Classifier classifier = loaded.newClassifier(2)) {
            assertThatThrownBy(
                            () -> classifier.classify(new float[2 * IMAGE - 1], 2, new float[20]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "input had 6143 and logits 20 values but 2 images need 6144 and 20");
            assertThatThrownBy(() -> classifier.classify(new float[2 * IMAGE], 2, new float[19]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "input had 6144 and logits 19 values but 2 images need 6144 and 20");
        }
    }

    /** Together their values are more than an int counts. */
    @Test
    void refusesOneArrayForImagesThatNoneHolds() {
        ClassifierLimits limits = new ClassifierLimits(4096, 16 * 256 * 256, 10);

        assertThatThrownBy(() -> limits.check(new float[1], 4096, new float[40960]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4096 images need 4294967296 and 40960");
    }

    @Test
    void refusesToBeMadeForNoImage() {
        assertThatThrownBy(() -> loaded.newClassifier(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBatch was '0' but it must be at least 1");
    }

    private static long allocatedBy(
            int forwards, Classifier classifier, float[] images, int batch, float[] logits) {
        long start = AllocatedBytes.now();
        long measuring = AllocatedBytes.now() - start;
        long before = AllocatedBytes.now();
        for (int forward = 0; forward < forwards; forward++) {
            classifier.classify(images, batch, logits);
        }
        return AllocatedBytes.now() - before - measuring;
    }
}
