package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine against a forward pass written from the definitions. */
class ReferenceNetworkTest {
    /** Of the logits' Euclidean norm; single precision is off by some 1e-6. */
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "resnet20,dense",
        "resnet20,PS2_P6",
        "resnet18,PSD1_P16",
        "vgg16,PSD2_P8",
        "vgg16,pSC1",
        "resnet50,dense",
        "resnet50,PSD1_P16",
        "ffnn,dense"
    })
    void engineAgreesWithTheDefinition(String architecture, String variant) {
        assertAgrees(TestNetworks.cifar(architecture, variant));
    }

    @Test
    void engineAgreesWhereTheLastMapsAreLargerThanOnePixel() {
        assertAgrees(TestNetworks.tinyImageNet("resnet18", "PSD1_P16"));
    }

    @Test
    void engineAgreesOnImagesOfAnySide() {
        assertAgrees(TestNetworks.create("ffnn", "dense", new FeatureShape(1, 28, 28), 10));
        assertAgrees(TestNetworks.create("resnet50", "PS4_P4", new FeatureShape(1, 64, 64), 7));
    }

    private static void assertAgrees(CompressedModel model) {
        float[] image = TestNetworks.images(model, 1);
        double[] expected = ReferenceNetwork.logits(model, image);
        LoadedModel loaded = new JvmEngine(ConvolutionForms.vector().orElseThrow()).load(model);
        float[] actual = Logits.of(loaded, image, 1, 1);
        double squares = 0;
        double largest = 0;
        int worst = 0;
        for (int index = 0; index < expected.length; index++) {
            squares += expected[index] * expected[index];
            double difference = Math.abs(actual[index] - expected[index]);
            if (!(difference <= largest)) {
                largest = difference;
                worst = index;
            }
        }
        assertThat(squares).as("squared norm of the logits").isPositive().isFinite();
        assertThat(largest / Math.sqrt(squares))
                .as("logit %d: %s for %s, over the norm", worst, actual[worst], expected[worst])
                .isLessThan(TOLERANCE);
    }
}
