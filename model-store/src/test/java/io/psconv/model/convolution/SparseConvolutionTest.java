package io.psconv.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both forms against a convolution written from its definition, and against one another. */
class SparseConvolutionTest {
    private static final List<FeatureMaps.Layout> INTERLEAVED =
            List.of(FeatureMaps.Layout.INTERLEAVED, FeatureMaps.Layout.COLUMNS_APART);

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

    /** Few positions, and as many filters to each support as lanes, or less. */
    @ParameterizedTest
    @ValueSource(strings = {"dense", "PS4_P4", "PS1_P9", "PSD1_P16", "PS2_P6_B16", "PS1_P9_Ball"})
    void equalsTheDefinitionWithLanesAsFilters(String variant) throws InterruptedException {
        long seed = variant.hashCode();
        Random random = new Random(seed);
        // Height, width, stride, images.
        int[][] sizes = {
            {2, 2, 1, 1}, {1, 1, 1, 4}, {1, 3, 1, 2}, {3, 1, 1, 1}, {4, 4, 2, 1}, {3, 3, 2, 1}
        };
        for (int[] size : sizes) {
            int filters = 300 + random.nextInt(100);
            int images = size[3];
            ConvolutionShape shape = new ConvolutionShape(16, size[0], size[1], filters, size[2]);
            ConvolutionWeights weights = weights(Variant.of(variant).over(1, filters, 16), random);
            float[] input = randoms(random, images * 16 * size[0] * size[1]);
            int outputs = images * filters * shape.outHeight() * shape.outWidth();
            FeatureMaps in = new FeatureMaps(16, size[0], size[1], images);
            in.load(input, 0);
            FeatureMaps added =
                    new FeatureMaps(filters, shape.outHeight(), shape.outWidth(), images);
            float[] residual = randoms(random, outputs);
            added.load(residual, 0);
            for (boolean relu : new boolean[] {false, true}) {
                FeatureMaps out =
                        new FeatureMaps(filters, shape.outHeight(), shape.outWidth(), images);
                SparseConvolution convolution =
                        VECTOR.pack(shape, weights)
                                .bind(
                                        in,
                                        relu ? added : null,
                                        relu,
                                        out,
                                        new ConvolutionScratch(3));
                assertThat(convolution.plan().family()).as("%s", shape).isEqualTo("filters");
                Arrays.fill(out.values(), Float.NaN);

                for (int phase = 0; phase < convolution.phases(); phase++) {
                    runParts(convolution, phase, 3);
                }

                float[] expected =
                        definition(shape, weights, images, input, relu ? residual : null, relu);
                assertThat(firstDifference(stored(out), expected))
                        .as("%s, seed %d", shape, seed)
                        .isEqualTo(-1);
                assertThat(Borders.areZero(out)).as("zeros around %s", shape).isTrue();
            }
        }
    }

    @Test
    void takesLanesAsFiltersOnlyWhereEnoughShareTheirSupports() {
        ConvolutionShape shape = new ConvolutionShape(16, 2, 2, 32, 1);
        for (String variant : List.of("pSC1", "PSD1_P16")) {
            ConvolutionWeights weights =
                    weights(Variant.of(variant).over(0, 32, 16), new Random(1));
            PackedConvolution packed = VECTOR.pack(shape, weights);
            FeatureMaps in = new FeatureMaps(16, 2, 2, 1);
            assertThat(bind(packed, in, null, new FeatureMaps(32, 2, 2, 1)).plan().family())
                    .as("%s", variant)
                    .isEqualTo("rows");
        }
    }

    @Test
    void needsNothingOfWhatItsMemoryHeldBefore() {
        Random random = new Random(5);
        ConvolutionShape shape = new ConvolutionShape(8, 5, 3, 9, 1);
        ConvolutionWeights weights = weights(Variant.of("PS1_P9").over(0, 9, 8), random);
        float[] images = randoms(random, 3 * 8 * 15);
        float[] expected = definition(shape, weights, 3, images, null, true);
        FeatureMaps.Layout layout = FeatureMaps.Layout.SIDE_BY_SIDE;
        float[] inMemory = new float[FeatureMaps.length(8, 5, 3, 3, layout) + 5];
        float[] outMemory = new float[FeatureMaps.length(9, 5, 3, 3, layout) + 7];
        FeatureMaps in = new FeatureMaps(8, 5, 3, 3, layout, inMemory, 5);
        FeatureMaps out = new FeatureMaps(9, 5, 3, 3, layout, outMemory, 7);
        SparseConvolution convolution =
                VECTOR.pack(shape, weights).bind(in, null, true, out, new ConvolutionScratch(1));
        Arrays.fill(inMemory, 1e30f);
        Arrays.fill(outMemory, -1e30f);

        in.load(images, 0);
        convolution.convolve();

        assertThat(firstDifference(stored(out), expected)).isEqualTo(-1);
        // The next layer reads zeros around the pixels.
        ConvolutionShape next = new ConvolutionShape(9, 5, 3, 4, 1);
        ConvolutionWeights dense = weights(Variant.DENSE.over(0, 4, 9), random);
        FeatureMaps last = new FeatureMaps(4, 5, 3, 3);
        VECTOR.pack(next, dense).bind(out, null, false, last, new ConvolutionScratch(1)).convolve();
        float[] twice = definition(next, dense, 3, expected, null, false);
        assertThat(firstDifference(stored(last), twice)).isEqualTo(-1);
    }

    @Test
    void givesTheSameBitsInPartsOnSeveralThreads() throws InterruptedException {
        Random random = new Random(31);
        for (int width : new int[] {32, 8, 4}) {
            for (int stride = 1; stride <= 2; stride++) {
                ConvolutionShape shape = new ConvolutionShape(13, width, width, 37, stride);
                LayerSupports supports = Variant.of("pSC2_S3").over(0, 37, 13);
                ConvolutionWeights weights = weights(supports, random);
                float[] image = randoms(random, 13 * width * width);
                FeatureMaps in = new FeatureMaps(13, width, width, 1);
                FeatureMaps out = new FeatureMaps(37, shape.outHeight(), shape.outWidth(), 1);
                in.load(image, 0);
                SparseConvolution convolution =
                        VECTOR.pack(shape, weights)
                                .bind(in, null, false, out, new ConvolutionScratch(3));

                for (int phase = 0; phase < convolution.phases(); phase++) {
                    runParts(convolution, phase, 3);
                }

                float[] expected = definition(shape, weights, 1, image, null, false);
                assertThat(firstDifference(stored(out), expected)).as("%s", shape).isEqualTo(-1);
            }
        }
    }

    private static void runParts(SparseConvolution convolution, int phase, int parts)
            throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int own = part;
            threads.add(new Thread(() -> convolution.run(phase, own, parts)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
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
            PackedConvolution packed = form.pack(shape, weights);
            FeatureMaps input = new FeatureMaps(4, 8, 8, 2);
            FeatureMaps output = new FeatureMaps(4, 4, 4, 2);
            FeatureMaps other = new FeatureMaps(4, 4, 4, 3);

            assertThatThrownBy(() -> bind(packed, output, null, output))
                    .hasMessage("input was 4x4x4 but the convolution needs 4x8x8");
            assertThatThrownBy(() -> bind(packed, input, null, input))
                    .hasMessage("output was 4x8x8 but the convolution needs 4x4x4");
            assertThatThrownBy(() -> bind(packed, input, null, other))
                    .hasMessage("input was of 2 images, output of 3, but they must be equal");
            assertThatThrownBy(() -> bind(packed, input, other, output))
                    .hasMessage(
                            "input was of 2 images, output of 2, residual of 3, but they must be"
                                    + " equal");
            assertThatThrownBy(() -> bind(packed, input, output, output))
                    .hasMessageStartingWith("output was also an input");
            assertThatThrownBy(() -> bind(packed, input, null, interleaved(4, 4, 4)))
                    .hasMessage(
                            "input was SIDE_BY_SIDE, output INTERLEAVED, but all or none must be"
                                    + " interleaved");
        }
    }

    @Test
    void refusesColumnsThatLieApartWhereTheyMustBeAdjacent() {
        FeatureMaps.Layout layout = FeatureMaps.Layout.COLUMNS_APART;
        ConvolutionShape shape = new ConvolutionShape(4, 8, 8, 4, 1);
        PackedConvolution packed =
                VECTOR.pack(shape, weights(Variant.of("PS4_P4").over(0, 4, 4), new Random(1)));
        FeatureMaps apart = interleaved(4, 8, 8, layout);
        FeatureMaps input = interleaved(4, 8, 8);

        assertThatThrownBy(() -> bind(packed, apart, null, interleaved(4, 8, 8)))
                .hasMessage("input was COLUMNS_APART but stride 1 reads columns that are adjacent");
        assertThatThrownBy(() -> bind(packed, input, apart, interleaved(4, 8, 8)))
                .hasMessage("residual was COLUMNS_APART but its columns must be adjacent");
        assertThatThrownBy(apart::hasAdjacentLines)
                .hasMessage("step was '1' but must be even where columns lie apart");
    }

    private static SparseConvolution bind(
            PackedConvolution packed,
            FeatureMaps input,
            @Nullable FeatureMaps residual,
            FeatureMaps output) {
        return packed.bind(input, residual, false, output, new ConvolutionScratch(1));
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
        for (FeatureMaps.Layout read : INTERLEAVED) {
            if (read == FeatureMaps.Layout.COLUMNS_APART && shape.stride() == 1) {
                continue;
            }
            for (FeatureMaps.Layout made : INTERLEAVED) {
                float[] interleaved =
                        runInterleaved(shape, weights, batch, input, read, residual, relu, made);
                assertThat(firstDifference(interleaved, expected))
                        .as("%s to %s, %s, batch %d, %s", read, made, shape, batch, seed)
                        .isEqualTo(-1);
            }
        }
    }

    /** As many images as are interleaved, of which the first {@code batch} matter. */
    private static float[] runInterleaved(
            ConvolutionShape shape,
            ConvolutionWeights weights,
            int batch,
            float[] input,
            FeatureMaps.Layout read,
            float @Nullable [] residual,
            boolean relu,
            FeatureMaps.Layout made) {
        FeatureMaps in = interleaved(shape.inChannels(), shape.height(), shape.width(), read);
        in.load(input, 0, batch);
        FeatureMaps out = interleaved(shape.filters(), shape.outHeight(), shape.outWidth(), made);
        FeatureMaps added = null;
        if (residual != null) {
            added = interleaved(shape.filters(), shape.outHeight(), shape.outWidth());
            added.load(residual, 0, batch);
        }
        Arrays.fill(out.values(), Float.NaN);
        VECTOR.pack(shape, weights)
                .bind(in, added, relu, out, new ConvolutionScratch(1))
                .convolve();
        assertThat(Borders.areZero(out)).as("zeros around %s", shape).isTrue();
        return Arrays.copyOf(
                stored(out), batch * shape.filters() * shape.outHeight() * shape.outWidth());
    }

    private static FeatureMaps interleaved(int channels, int height, int width) {
        return interleaved(channels, height, width, FeatureMaps.Layout.INTERLEAVED);
    }

    private static FeatureMaps interleaved(
            int channels, int height, int width, FeatureMaps.Layout layout) {
        return new FeatureMaps(channels, height, width, FeatureMaps.INTERLEAVED_IMAGES, layout);
    }

    private static float[] run(
            ConvolutionForm form,
            ConvolutionShape shape,
            ConvolutionWeights weights,
            int batch,
            float[] input,
            float @Nullable [] residual,
            boolean relu) {
        FeatureMaps in = new FeatureMaps(shape.inChannels(), shape.height(), shape.width(), batch);
        in.load(input, 0);
        FeatureMaps out =
                new FeatureMaps(shape.filters(), shape.outHeight(), shape.outWidth(), batch);
        FeatureMaps added = null;
        if (residual != null) {
            added = new FeatureMaps(shape.filters(), shape.outHeight(), shape.outWidth(), batch);
            added.load(residual, 0);
        }
        form.pack(shape, weights).bind(in, added, relu, out, new ConvolutionScratch(1)).convolve();
        return stored(out);
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

    private static float[] stored(FeatureMaps maps) {
        float[] values = new float[maps.images() * maps.channels() * maps.height() * maps.width()];
        maps.store(values, 0);
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
