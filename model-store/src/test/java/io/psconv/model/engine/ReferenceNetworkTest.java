package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.Arrays;
import java.util.List;
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

    @Test
    void engineAgreesWhereNoLayerIsFullyConnected() {
        Layer first = convolution("first", Network.INPUT, 3, 16);
        Layer second = convolution("second", "first", 16, 10);
        Layer pool = new AveragePoolLayer("pool", "second", 16);
        FeatureShape wide = new FeatureShape(3, 16, 16);
        FeatureShape narrow = new FeatureShape(3, 4, 4);
        for (Network network :
                List.of(
                        new Network("pooled", wide, 10, List.of(first, second, pool)),
                        new Network("wide", wide, 2560, List.of(first, second)),
                        new Network("narrow", narrow, 160, List.of(first, second)))) {
            CompressedModel model = TestNetworks.create(network, "PS2_P6");
            assertAgrees(model);
            assertAnyBatchAgrees(model);
        }
    }

    private static Layer convolution(String name, String input, int inChannels, int filters) {
        return new ConvolutionLayer(
                name, input, inChannels, filters, 3, 1, true, true, null, null, false);
    }

    /** What is behind the logits of a batch is left alone. */
    private static void assertAnyBatchAgrees(CompressedModel model) {
        int most = 19;
        int classes = model.network().classes();
        float[] images = TestNetworks.images(model, most);
        LoadedModel loaded = new JvmEngine(ConvolutionForms.vector().orElseThrow()).load(model);
        float[] expected = new float[most * classes];
        int length = model.network().input().length();
        for (int image = 0; image < most; image++) {
            float[] own = Arrays.copyOfRange(images, image * length, (image + 1) * length);
            System.arraycopy(Logits.of(loaded, own, 1, 1), 0, expected, image * classes, classes);
        }
        try (Classifier classifier = loaded.newClassifier(most)) {
            for (int batch = 1; batch <= most; batch++) {
                float[] actual = new float[batch * classes + 1];
                actual[batch * classes] = 7;
                classifier.classify(images, batch, actual);

                Logits.assertSameBits(
                        Arrays.copyOf(actual, batch * classes),
                        Arrays.copyOf(expected, batch * classes),
                        model.network().architecture() + ", batch " + batch);
                assertThat(actual[batch * classes]).isEqualTo(7);
            }
        }
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
