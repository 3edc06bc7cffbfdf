package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.GoldenVectors;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GoldenCheckTest {
    /** More than one batch of the check. */
    private static final int COUNT = 9;

    private static final CompressedModel MODEL = TestNetworks.cifar("resnet20", "PS1_P9");
    private static final byte[] PIXELS = pixels();
    private static final GoldenVectors GOLDEN = GoldenCheck.compute(MODEL, PIXELS, COUNT);

    @Test
    void computesWhatBothFormsMake() {
        assertThat(GOLDEN.count()).isEqualTo(COUNT);
        assertThat(GOLDEN.tolerance()).isEqualTo(GoldenCheck.FP32_TOLERANCE);
        assertThat(GOLDEN.input()).isEqualTo(PIXELS).isNotSameAs(PIXELS);
        float[] input = new float[COUNT * 3 * 32 * 32];
        MODEL.metadata().normalisation().apply(PIXELS, 0, COUNT, 32 * 32, input);
        Logits.assertSameBits(
                GOLDEN.logits(), Logits.of(load(MODEL), input, COUNT, COUNT), "golden images");
    }

    @Test
    void passesASoundModel() {
        LoadedModel loaded = load(MODEL.withGolden(GOLDEN));
        assertThatCode(() -> GoldenCheck.verify(loaded)).doesNotThrowAnyException();
    }

    @Test
    void passesAModelWithoutGoldenVectors() {
        LoadedModel loaded = load(MODEL);
        assertThatCode(() -> GoldenCheck.verify(loaded)).doesNotThrowAnyException();
    }

    @Test
    void findsADamagedWeight() {
        Map<String, float[]> tensors = new HashMap<>(MODEL.tensors());
        float[] bias = MODEL.tensor("linear.bias").clone();
        bias[3] += 0.01f;
        tensors.put("linear.bias", bias);
        CompressedModel damaged =
                new CompressedModel(
                        MODEL.network(), MODEL.variant(), MODEL.metadata(), tensors, GOLDEN);
        assertThatExceptionOfType(GoldenMismatchException.class)
                .isThrownBy(() -> GoldenCheck.verify(load(damaged)))
                .withMessageMatching(
                        "logit 3 of golden image 0 was '\\S+' but it must be "
                                + GOLDEN.logits()[3]
                                + " within 0\\.001; the file is damaged or engine 'jvm' computes"
                                + " wrongly here: publish the model again");
    }

    @Test
    void findsADamagedLogitOfTheLastImage() {
        CompressedModel damaged = withLogit(COUNT * 10 - 1, 0.01f, GOLDEN.tolerance());
        assertThatExceptionOfType(GoldenMismatchException.class)
                .isThrownBy(() -> GoldenCheck.verify(load(damaged)))
                .withMessageStartingWith("logit 9 of golden image 8 was '");
    }

    @Test
    void goesByTheModelsOwnTolerance() {
        LoadedModel within = load(withLogit(4, -0.4f, 0.5f));
        assertThatCode(() -> GoldenCheck.verify(within)).doesNotThrowAnyException();
        LoadedModel outside = load(withLogit(4, -0.6f, 0.5f));
        assertThatExceptionOfType(GoldenMismatchException.class)
                .isThrownBy(() -> GoldenCheck.verify(outside))
                .withMessageContaining(" within 0.5;");
    }

    @Test
    void refusesLogitsThatAreNotNumbers() {
        Map<String, float[]> tensors = new HashMap<>(MODEL.tensors());
        float[] weights = MODEL.tensor("linear.weight").clone();
        for (int index = 0; index < 64; index++) {
            weights[index] = index % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE;
        }
        tensors.put("linear.weight", weights);
        CompressedModel overflowing =
                new CompressedModel(
                        MODEL.network(), MODEL.variant(), MODEL.metadata(), tensors, GOLDEN);
        assertThatExceptionOfType(GoldenMismatchException.class)
                .isThrownBy(() -> GoldenCheck.verify(load(overflowing)))
                .withMessageStartingWith("logit 0 of golden image 0 was '");
    }

    private static CompressedModel withLogit(int index, float difference, float tolerance) {
        float[] logits = GOLDEN.logits().clone();
        logits[index] += difference;
        return MODEL.withGolden(new GoldenVectors(COUNT, PIXELS, logits, tolerance));
    }

    private static LoadedModel load(CompressedModel model) {
        return new JvmEngine(ConvolutionForms.vector().orElseThrow()).load(model);
    }

    private static byte[] pixels() {
        byte[] pixels = new byte[COUNT * 3 * 32 * 32];
        new Random(8).nextBytes(pixels);
        return pixels;
    }
}
