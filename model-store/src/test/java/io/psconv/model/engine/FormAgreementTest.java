package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vector form against the scalar one over whole networks: the same bits. */
class FormAgreementTest {
    private static final ConvolutionForm VECTOR = ConvolutionForms.vector().orElseThrow();

    @ParameterizedTest
    @CsvSource({
        "resnet18,dense",
        "resnet18,PS4_P4",
        "resnet18,PS1_P9",
        "resnet18,PSD1_P16",
        "resnet18,PSD1_P16_B16",
        "resnet18,pSC2",
        "vgg16,dense",
        "vgg16,PS4_P4",
        "vgg16,PS1_P9",
        "vgg16,PSD1_P16",
        "vgg16,PSD1_P16_B16",
        "vgg16,pSC2",
        "resnet20,dense",
        "resnet20,PS4_P4",
        "resnet20,PS1_P9",
        "resnet20,PSD1_P16",
        "resnet20,PSD1_P16_B16",
        "resnet20,pSC2",
        "resnet56,dense",
        "resnet50,PSD2_P8",
        "ffnn,dense"
    })
    void vectorEqualsScalar(String architecture, String variant) {
        assertFormsAgree(TestNetworks.cifar(architecture, variant), architecture + " " + variant);
    }

    @Test
    void vectorEqualsScalarAtTheSizeOfTinyImageNet() {
        assertFormsAgree(TestNetworks.tinyImageNet("resnet18", "PSD1_P16"), "Tiny ImageNet form");
    }

    @ParameterizedTest
    @CsvSource({"resnet18,PS2_P6", "vgg16,PSD1_P16"})
    void interleavedImagesOfTinyImageNetEqualSingleOnes(String architecture, String variant) {
        assertSixteenEqualSingleOnes(
                TestNetworks.tinyImageNet(architecture, variant), architecture);
    }

    @ParameterizedTest
    @CsvSource({"resnet18,PS1_P9", "resnet20,PSD1_P16", "resnet50,PSD2_P8", "vgg16,PS4_P4"})
    void interleavedImagesEqualSingleOnes(String architecture, String variant) {
        assertSixteenEqualSingleOnes(TestNetworks.cifar(architecture, variant), architecture);
    }

    private static void assertSixteenEqualSingleOnes(CompressedModel model, String what) {
        float[] images = TestNetworks.images(model, 16);
        try (LoadedModel loaded = new JvmEngine(VECTOR).load(model)) {
            float[] interleaved = Logits.of(loaded, images, 16, 16);
            int classes = model.network().classes();
            int length = model.network().input().length();
            for (int image = 0; image < 16; image += 5) {
                float[] own = Arrays.copyOfRange(images, image * length, (image + 1) * length);
                Logits.assertSameBits(
                        Logits.of(loaded, own, 1, 1),
                        Arrays.copyOfRange(interleaved, image * classes, (image + 1) * classes),
                        what + ", image " + image);
            }
        }
    }

    private static void assertFormsAgree(CompressedModel model, String what) {
        float[] image = TestNetworks.images(model, 1);
        try (LoadedModel scalar = new JvmEngine(ConvolutionForms.scalar()).load(model);
                LoadedModel vector = new JvmEngine(VECTOR).load(model)) {
            Logits.assertSameBits(
                    Logits.of(vector, image, 1, 1), Logits.of(scalar, image, 1, 1), what);
        }
    }
}
