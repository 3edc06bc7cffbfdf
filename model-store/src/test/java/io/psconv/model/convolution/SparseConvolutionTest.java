package io.psconv.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both forms against a convolution written from its definition, and against one another. */
class SparseConvolutionTest {
    private static final ConvolutionForm VECTOR = ConvolutionForms.vector().orElseThrow();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense",
                "PS4_P4",
                "PS2_P6",
                "PS1_P9",
                "PSD4_P8",
                "PSD4_P16",
                "PSD2_P8",
                "PSD2_P16",
                "PSD1_P8",
                "PSD1_P16",
                "PSD1_P16_B16",
                "PS1_P9_Ball",
                "pSC4",
                "pSC2_S5",
                "pSC1"
            })
    void equalsTheDefinitionForEveryVariantStrideAndOddShape(String variant) {
        long seed = variant.hashCode();
        Random random = new Random(seed);
        int[][] sizes = {{32, 32}, {16, 16}, {8, 8}, {4, 4}, {1, 1}, {2, 3}, {7, 5}, {17, 31}};
        for (int[] size : sizes) {
            for (int stride = 1; stride <= 2; stride++) {
                int filters = 1 + random.nextInt(40);
                ConvolutionShape shape =
                        new ConvolutionShape(16, size[0], size[1], filters, stride);
                LayerSupports supports = Variant.of(variant).over(1, filters, 16);
                assertFormsEqualTheDefinition(shape, supports, random, "seed " + seed);
            }
        }
    }

    @Test
    void equalsTheDefinitionForOneByOneKernels() {
        Random random = new Random(11);
        SupportPattern centre = new SupportPattern(List.of(SupportSet.of(4)), 1);
        for (int stride = 1; stride <= 2; stride++) {
            ConvolutionShape shape = new ConvolutionShape(5, 9, 6, 13, stride);
            assertFormsEqualTheDefinition(shape, centre.over(13, 5), random, "seed 11");
        }
    }

    @Test
    void leavesNothingBehindForALargerBatch() {
        Random random = new Random(5);
        ConvolutionShape shape = new ConvolutionShape(8, 4, 4, 8, 1);
        ConvolutionWeights weights = weights(Variant.of("PS1_P9").over(0, 8, 8), random);
        SparseConvolution convolution = VECTOR.pack(shape, weights).forBatch(5);
        FeatureMaps first = new FeatureMaps(8, 4, 4, 5);
        FeatureMaps second = new FeatureMaps(8, 4, 4, 5);
        float[] images = randoms(random, 5 * 8 * 16);
        first.load(images, 5);
        convolution.convolve(first, 1, null, true, second);
        convolution.convolve(second, 1, null, true, first);

        first.load(images, 5);
        convolution.convolve(first, 5, null, true, second);
        convolution.convolve(second, 5, null, true, first);

        float[] twice = definition(shape, weights, 5, images, null, true);
        twice = definition(shape, weights, 5, twice, null, true);
        assertThat(firstDifference(stored(first, 5), twice)).isEqualTo(-1);
    }

    @Test
    void givesTheSameBitsForAnyBatch() {
        Random random = new Random(23);
        ConvolutionShape shape = new ConvolutionShape(16, 8, 8, 24, 1);
        ConvolutionWeights weights = weights(Variant.of("PSD1_P16").over(0, 24, 16), random);
        float[] images = randoms(random, 7 * 16 * 64);

        float[] together = run(VECTOR, shape, weights, 7, images, null, false);

        for (int image = 0; image < 7; image++) {
            float[] one = new float[16 * 64];
            System.arraycopy(images, image * one.length, one, 0, one.length);
            float[] alone = run(VECTOR, shape, weights, 1, one, null, false);
            for (int value = 0; value < alone.length; value++) {
                assertThat(alone[value]).isEqualTo(together[image * alone.length + value]);
            }
        }
    }

    @Test
    void refusesMapsOfAnotherShape() {
        ConvolutionShape shape = new ConvolutionShape(4, 8, 8, 4, 2);
        ConvolutionWeights weights = weights(Variant.of("PS4_P4").over(0, 4, 4), new Random(1));
        for (ConvolutionForm form : List.of(ConvolutionForms.scalar(), VECTOR)) {
            SparseConvolution convolution = form.pack(shape, weights).forBatch(2);
            FeatureMaps input = new FeatureMaps(4, 8, 8, 2);
            FeatureMaps output = new FeatureMaps(4, 4, 4, 2);

            assertThatThrownBy(() -> convolution.convolve(output, 1, null, false, output))
                    .hasMessage("input was 4x4x4 but the convolution needs 4x8x8");
            assertThatThrownBy(() -> convolution.convolve(input, 1, null, false, input))
                    .hasMessage("output was 4x8x8 but the convolution needs 4x4x4");
            assertThatThrownBy(() -> convolution.convolve(input, 3, null, false, output))
                    .hasMessage(
                            "batch was '3' but it must be between 1 and the 2 images of the"
                                    + " input");
            assertThatThrownBy(() -> convolution.convolve(input, 1, output, false, output))
                    .hasMessageStartingWith("output was also an input");
        }
    }

    @Test
    void choosesAFormByName() {
        assertThat(ConvolutionForms.choose("scalar", true).name()).isEqualTo("scalar");
        assertThat(ConvolutionForms.choose("auto", true).name()).isEqualTo("vector");
        assertThatThrownBy(() -> ConvolutionForms.choose("fast", true))
                .hasMessage(
                        "convolution form was 'fast' but it must be one of [auto, vector,"
                                + " scalar]");
    }

    private static void assertFormsEqualTheDefinition(
            ConvolutionShape shape, LayerSupports supports, Random random, String seed) {
        ConvolutionWeights weights = weights(supports, random);
        int batch = 1 + random.nextInt(5);
        float[] input =
                randoms(random, batch * shape.inChannels() * shape.height() * shape.width());
        int outputs = batch * shape.filters() * shape.outHeight() * shape.outWidth();
        float @Nullable [] residual = random.nextBoolean() ? randoms(random, outputs) : null;
        boolean relu = random.nextBoolean();

        float[] expected = definition(shape, weights, batch, input, residual, relu);

        for (ConvolutionForm form : List.of(ConvolutionForms.scalar(), VECTOR)) {
            float[] actual = run(form, shape, weights, batch, input, residual, relu);
            assertThat(firstDifference(actual, expected))
                    .as("%s, %s, batch %d, %s", form.name(), shape, batch, seed)
                    .isEqualTo(-1);
        }
    }

    private static float[] run(
            ConvolutionForm form,
            ConvolutionShape shape,
            ConvolutionWeights weights,
            int batch,
            float[] input,
            float @Nullable [] residual,
            boolean relu) {
        int maxBatch = batch + 1;
        FeatureMaps in =
                new FeatureMaps(shape.inChannels(), shape.height(), shape.width(), maxBatch);
        in.load(input, batch);
        FeatureMaps out =
                new FeatureMaps(shape.filters(), shape.outHeight(), shape.outWidth(), maxBatch);
        FeatureMaps added = null;
        if (residual != null) {
            added = new FeatureMaps(shape.filters(), shape.outHeight(), shape.outWidth(), maxBatch);
            added.load(residual, batch);
        }
        form.pack(shape, weights).forBatch(maxBatch).convolve(in, batch, added, relu, out);
        return stored(out, batch);
    }

    /** Index of the first pair of unequal values, -1 without one; the two zeros are equal. */
    private static int firstDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int index = 0; index < actual.length; index++) {
            if (actual[index] != expected[index]) {
                return index;
            }
        }
        return -1;
    }

    private static float[] stored(FeatureMaps maps, int batch) {
        float[] values = new float[batch * maps.channels() * maps.height() * maps.width()];
        maps.store(batch, values);
        return values;
    }

    /** Cross-correlation over dense OIHW weights with zero padding, every term added, NCHW. */
    private static float[] definition(
            ConvolutionShape shape,
            ConvolutionWeights weights,
            int batch,
            float[] input,
            float @Nullable [] residual,
            boolean relu) {
        float[] dense = dense(weights);
        int channels = shape.inChannels();
        int height = shape.height();
        int width = shape.width();
        float[] output = new float[batch * shape.filters() * shape.outHeight() * shape.outWidth()];
        int index = 0;
        for (int n = 0; n < batch; n++) {
            for (int o = 0; o < shape.filters(); o++) {
                for (int y = 0; y < shape.outHeight(); y++) {
                    for (int x = 0; x < shape.outWidth(); x++) {
                        float sum = weights.bias()[o];
                        for (int i = 0; i < channels; i++) {
                            for (int k = 0; k < 9; k++) {
                                int r = y * shape.stride() + k / 3 - 1;
                                int c = x * shape.stride() + k % 3 - 1;
                                boolean inside = r >= 0 && r < height && c >= 0 && c < width;
                                float pixel =
                                        inside
                                                ? input[
                                                        ((n * channels + i) * height + r) * width
                                                                + c]
                                                : 0;
                                sum = Math.fma(pixel, dense[(o * channels + i) * 9 + k], sum);
                            }
                        }
                        if (residual != null) {
                            sum += residual[index];
                        }
                        output[index++] = relu && sum < 0 ? 0 : sum;
                    }
                }
            }
        }
        return output;
    }

    private static float[] dense(ConvolutionWeights weights) {
        LayerSupports supports = weights.supports();
        float[] dense = new float[supports.filters() * supports.inChannels() * 9];
        int value = 0;
        for (int kernel = 0; kernel < dense.length / 9; kernel++) {
            SupportSet set =
                    supports.supportSet(
                            kernel / supports.inChannels(), kernel % supports.inChannels());
            for (int position = 0; position < 9; position++) {
                if (set.contains(position)) {
                    dense[kernel * 9 + position] = weights.values()[value++];
                }
            }
        }
        return dense;
    }

    private static ConvolutionWeights weights(LayerSupports supports, Random random) {
        return new ConvolutionWeights(
                supports,
                randoms(random, supports.filters() * supports.valuesPerFilter()),
                randoms(random, supports.filters()));
    }

    private static float[] randoms(Random random, int length) {
        float[] values = new float[length];
        for (int index = 0; index < length; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }
}
