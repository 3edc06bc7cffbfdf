package io.psconv.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All three passes against sums written from their definition, in double precision. */
class TrainableConvolutionTest {
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense",
                "PS4_P4",
                "PS2_P6",
                "PS1_P9",
                "PSD4_P8",
                "PSD2_P8",
                "PSD1_P16",
                "PSD1_P16_B16",
                "PSD4_P8_B16",
                "PS1_P9_Ball",
                "pSC2_S5",
                "pSC1"
            })
    void agreesWithTheDefinitionForEveryVariantStrideAndOddShape(String variant) {
        long seed = variant.hashCode();
        Random random = new Random(seed);
        int[][] sizes = {{32, 32}, {8, 8}, {4, 4}, {2, 2}, {1, 1}, {2, 3}, {7, 5}, {5, 33}};
        for (int[] size : sizes) {
            for (int stride = 1; stride <= 2; stride++) {
                int filters = 1 + random.nextInt(40);
                ConvolutionShape shape =
                        new ConvolutionShape(16, size[0], size[1], filters, stride);
                LayerSupports supports = Variant.of(variant).over(1, filters, 16);
                assertAgrees(shape, supports, 1 + random.nextInt(3), random, "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 48, 64, 70, 130})
    void agreesWhereManyFiltersShareTheirSupports(int filters) {
        Random random = new Random(filters);
        for (int stride = 1; stride <= 2; stride++) {
            ConvolutionShape shape = new ConvolutionShape(3, 9, 6, filters, stride);
            LayerSupports supports = Variant.DENSE.over(0, filters, 3);
            assertAgrees(shape, supports, 2, random, "seed " + filters);
        }
    }

    @Test
    void agreesForOneByOneKernels() {
        Random random = new Random(11);
        SupportPattern centre = new SupportPattern(List.of(SupportSet.of(4)), 1);
        for (int stride = 1; stride <= 2; stride++) {
            ConvolutionShape shape = new ConvolutionShape(5, 9, 6, 13, stride);
            assertAgrees(shape, centre.over(13, 5), 2, random, "seed 11");
        }
    }

    @Test
    void addsSlotsUpInAnyNumberOfParts() {
        Random random = new Random(23);
        LayerSupports supports = Variant.of("PS2_P6").over(0, 37, 12);
        ConvolutionShape shape = new ConvolutionShape(12, 4, 4, 37, 1);
        TrainableConvolution convolution = new TrainableConvolution(shape, supports, false);
        float[][] slots = new float[5][];
        for (int slot = 0; slot < slots.length; slot++) {
            slots[slot] = randoms(random, convolution.slotLength());
        }
        float[][] copies = Arrays.stream(slots).map(float[]::clone).toArray(float[][]::new);
        float[] whole = new float[37 * supports.valuesPerFilter()];
        float[] inParts = new float[whole.length];

        convolution.collect(slots, whole, 0, 1);
        for (int part = 0; part < 3; part++) {
            convolution.collect(copies, inParts, part, 3);
        }

        assertThat(inParts).isEqualTo(whole);
        double sum = 0;
        for (float value : whole) {
            sum += Math.abs(value);
        }
        assertThat(sum).isPositive();
    }

    @Test
    void refusesSupportsOfAnotherShape() {
        LayerSupports supports = Variant.DENSE.over(0, 8, 4);

        assertThatThrownBy(
                        () ->
                                new TrainableConvolution(
                                        new ConvolutionShape(4, 8, 8, 9, 1), supports, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 filters over 4 channels");
    }

    private static void assertAgrees(
            ConvolutionShape shape,
            LayerSupports supports,
            int images,
            Random random,
            String seed) {
        String what = shape + ", " + images + " images, " + seed;
        int in = shape.inChannels() * shape.height() * shape.width();
        int out = shape.filters() * shape.outHeight() * shape.outWidth();
        float[] input = randoms(random, images * in);
        float[] upstream = randoms(random, images * out);
        float[] values = randoms(random, shape.filters() * supports.valuesPerFilter());
        float[] bias = randoms(random, shape.filters());
        TrainableConvolution convolution = new TrainableConvolution(shape, supports, true);
        for (int part = 0; part < 2; part++) {
            convolution.pack(values, part, 2);
        }
        convolution.packBias(bias);
        FeatureMaps inputMaps =
                new FeatureMaps(shape.inChannels(), shape.height(), shape.width(), images);
        FeatureMaps outputMaps =
                new FeatureMaps(shape.filters(), shape.outHeight(), shape.outWidth(), images);
        FeatureMaps gradientMaps =
                new FeatureMaps(shape.inChannels(), shape.height(), shape.width(), images);
        TrainableConvolution.Loops loops =
                convolution.bind(inputMaps, outputMaps, gradientMaps, new ConvolutionScratch(1));

        inputMaps.load(input, 0);
        loops.forward();
        float[] output = new float[images * out];
        outputMaps.store(output, 0);
        outputMaps.load(upstream, 0);
        float[] slot = new float[convolution.slotLength()];
        loops.weightGradient(slot);
        float[] weightGradient = new float[values.length];
        convolution.collect(new float[][] {slot}, weightGradient, 0, 1);
        loops.inputGradient();
        float[] inputGradient = new float[images * in];
        gradientMaps.store(inputGradient, 0);

        Definition definition = new Definition(shape, supports, images);
        definition.run(input, values, bias, upstream);
        assertClose(output, definition.output, "output of " + what);
        assertClose(weightGradient, definition.weightGradient, "weight gradient of " + what);
        assertClose(inputGradient, definition.inputGradient, "input gradient of " + what);
        assertThat(surroundingsAreZero(gradientMaps)).as("zeros around " + what).isTrue();
    }

    private static void assertClose(float[] found, double[] expected, String what) {
        double difference = 0;
        double norm = 0;
        for (int index = 0; index < expected.length; index++) {
            difference += Math.pow(found[index] - expected[index], 2);
            norm += expected[index] * expected[index];
        }
        assertThat(Math.sqrt(difference)).as(what).isLessThanOrEqualTo(TOLERANCE * Math.sqrt(norm));
    }

    private static boolean surroundingsAreZero(FeatureMaps maps) {
        double all = 0;
        for (float value : maps.values()) {
            all += Math.abs(value);
        }
        float[] pixels = new float[maps.images() * maps.channels() * maps.height() * maps.width()];
        maps.store(pixels, 0);
        double inside = 0;
        for (float value : pixels) {
            inside += Math.abs(value);
        }
        return Math.abs(all - inside) <= 1e-9 * inside;
    }

    private static float[] randoms(Random random, int length) {
        float[] values = new float[length];
        for (int index = 0; index < length; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Every product of the three passes, one after another. */
    private static final class Definition {
        private final ConvolutionShape shape;
        private final LayerSupports supports;
        private final int images;
        private final double[] output;
        private final double[] weightGradient;
        private final double[] inputGradient;

        Definition(ConvolutionShape shape, LayerSupports supports, int images) {
            this.shape = shape;
            this.supports = supports;
            this.images = images;
            this.output =
                    new double[images * shape.filters() * shape.outHeight() * shape.outWidth()];
            this.weightGradient = new double[shape.filters() * supports.valuesPerFilter()];
            this.inputGradient =
                    new double[images * shape.inChannels() * shape.height() * shape.width()];
        }

        void run(float[] input, float[] values, float[] bias, float[] upstream) {
            int pixels = shape.outHeight() * shape.outWidth();
            for (int at = 0; at < output.length; at++) {
                output[at] = bias[at / pixels % shape.filters()];
            }
            for (int image = 0; image < images; image++) {
                int value = 0;
                for (int filter = 0; filter < shape.filters(); filter++) {
                    for (int channel = 0; channel < shape.inChannels(); channel++) {
                        SupportSet set = supports.supportSet(filter, channel);
                        for (int position = 0; position < 9; position++) {
                            if (set.contains(position)) {
                                add(
                                        image, filter, channel, position, value++, input, values,
                                        upstream);
                            }
                        }
                    }
                }
            }
        }

        private void add(
                int image,
                int filter,
                int channel,
                int position,
                int value,
                float[] input,
                float[] values,
                float[] upstream) {
            for (int row = 0; row < shape.outHeight(); row++) {
                for (int column = 0; column < shape.outWidth(); column++) {
                    int inRow = row * shape.stride() + position / 3 - 1;
                    int inColumn = column * shape.stride() + position % 3 - 1;
                    if (inRow < 0
                            || inRow >= shape.height()
                            || inColumn < 0
                            || inColumn >= shape.width()) {
                        continue;
                    }
                    int read =
                            ((image * shape.inChannels() + channel) * shape.height() + inRow)
                                            * shape.width()
                                    + inColumn;
                    int made =
                            ((image * shape.filters() + filter) * shape.outHeight() + row)
                                            * shape.outWidth()
                                    + column;
                    output[made] += (double) input[read] * values[value];
                    weightGradient[value] += (double) input[read] * upstream[made];
                    inputGradient[read] += (double) values[value] * upstream[made];
                }
            }
        }
    }
}
