package io.psconv.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the definition, over maps that fill vectors and maps that do not. */
class PoolingTest {
    private static final int CHANNELS = 3;

    @ParameterizedTest
    @CsvSource({
        "2,64,1", "2,32,1", "2,16,8", "2,8,3", "2,4,8", "2,2,1", "2,2,5", "4,8,2", "4,4,1",
        "2,8,16", "2,7,16", "3,8,16", "4,4,16", "2,8,8", "2,7,8", "3,8,8", "4,4,8"
    })
    void takesTheLargestAndTheMeanOfEachWindow(int size, int side, int images) {
        Random random = new Random(size * 1000L + side);
        float[] input = new float[images * CHANNELS * side * side];
        for (int index = 0; index < input.length; index++) {
            input[index] = (float) random.nextGaussian();
        }
        FeatureMaps read = maps(CHANNELS, side, side, images);
        read.load(input, 0);
        int out = side / size;
        FeatureMaps largest = used(CHANNELS, out, out, images);
        FeatureMaps mean = used(CHANNELS, out, out, images);

        // In two parts, as two threads would.
        Pooling.max(read, size, largest, 0, 1);
        Pooling.max(read, size, largest, 1, CHANNELS);
        Pooling.average(read, size, mean, 0, 2);
        Pooling.average(read, size, mean, 2, CHANNELS);

        float[] expectedLargest = new float[images * CHANNELS * out * out];
        float[] expectedMean = new float[expectedLargest.length];
        for (int index = 0; index < expectedLargest.length; index++) {
            int map = index / (out * out);
            int row = index / out % out * size;
            int column = index % out * size;
            float maximum = Float.NEGATIVE_INFINITY;
            float sum = 0;
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    float value = input[(map * side + row + y) * side + column + x];
                    maximum = Math.max(maximum, value);
                    sum += value;
                }
            }
            expectedLargest[index] = maximum;
            expectedMean[index] = sum / (size * size);
        }
        assertThat(stored(largest)).isEqualTo(expectedLargest);
        assertThat(stored(mean)).isEqualTo(expectedMean);
        assertThat(Borders.areZero(largest)).isTrue();
        assertThat(Borders.areZero(mean)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "3,2,1,16,1",
        "3,2,1,112,1",
        "3,2,1,7,3",
        "3,2,0,9,2",
        "2,1,1,5,1",
        "3,3,1,8,2",
        "3,2,1,8,16",
        "3,2,1,7,16",
        "3,1,1,5,16",
        "3,2,0,9,16",
        "3,2,1,8,8",
        "3,2,1,7,8",
        "3,1,1,5,8",
        "3,2,0,9,8",
        "5,2,2,40,2",
        "3,2,1,1,2",
        "3,2,1,2,4",
        "5,2,2,3,5"
    })
    void takesTheLargestOfWindowsThatOverlapOrReachOutside(
            int size, int stride, int padding, int side, int images) {
        Random random = new Random(size * 1000L + side);
        float[] input = new float[images * CHANNELS * side * side];
        for (int index = 0; index < input.length; index++) {
            // Below zero, which is around the pixels.
            input[index] = -1 - random.nextFloat();
        }
        FeatureMaps read = maps(CHANNELS, side, side, images);
        read.load(input, 0);
        int out = (side + 2 * padding - size) / stride + 1;
        FeatureMaps largest = used(CHANNELS, out, out, images);

        Pooling.max(read, size, stride, padding, largest, 0, 2);
        Pooling.max(read, size, stride, padding, largest, 2, CHANNELS);

        float[] expected = new float[images * CHANNELS * out * out];
        for (int index = 0; index < expected.length; index++) {
            int map = index / (out * out);
            expected[index] = Float.NEGATIVE_INFINITY;
            for (int place = 0; place < size * size; place++) {
                int row = index / out % out * stride - padding + place / size;
                int column = index % out * stride - padding + place % size;
                if (row >= 0 && row < side && column >= 0 && column < side) {
                    expected[index] =
                            Math.max(expected[index], input[(map * side + row) * side + column]);
                }
            }
        }
        assertThat(stored(largest)).isEqualTo(expected);
        assertThat(Borders.areZero(largest)).isTrue();
    }

    /** Two channels before the input's and two behind. */
    @ParameterizedTest
    @CsvSource({
        "1,7,1,SIDE_BY_SIDE",
        "2,7,1,SIDE_BY_SIDE",
        "2,16,3,SIDE_BY_SIDE",
        "1,5,0,INTERLEAVED",
        "2,5,0,INTERLEAVED",
        "2,8,0,INTERLEAVED",
        "2,5,0,COLUMNS_APART",
        "2,8,0,COLUMNS_APART"
    })
    void takesEveryPixelOfTheStride(int stride, int side, int alone, FeatureMaps.Layout layout) {
        int images = layout.interleaves() ? FeatureMaps.INTERLEAVED_IMAGES : alone;
        Random random = new Random(stride * 1000L + side);
        float[] input = new float[images * CHANNELS * side * side];
        for (int index = 0; index < input.length; index++) {
            input[index] = (float) random.nextGaussian();
        }
        FeatureMaps read = new FeatureMaps(CHANNELS, side, side, images, layout);
        read.load(input, 0);
        int out = (side - 1) / stride + 1;
        int channels = CHANNELS + 4;
        FeatureMaps taken = used(channels, out, out, images);

        Pooling.paddedSubsample(read, stride, taken, 0, 3);
        Pooling.paddedSubsample(read, stride, taken, 3, channels);

        float[] expected = new float[images * channels * out * out];
        for (int index = 0; index < expected.length; index++) {
            int source = index / (out * out) % channels - 2;
            if (source >= 0 && source < CHANNELS) {
                int image = index / (out * out * channels);
                int row = index / out % out * stride;
                int column = index % out * stride;
                expected[index] = input[((image * CHANNELS + source) * side + row) * side + column];
            }
        }
        assertThat(stored(taken)).isEqualTo(expected);
        assertThat(Borders.areZero(taken)).isTrue();
    }

    @Test
    void refusesToTakeColumnsThatLieApartUnevenly() {
        FeatureMaps.Layout apart = FeatureMaps.Layout.COLUMNS_APART;
        FeatureMaps read = new FeatureMaps(1, 6, 6, FeatureMaps.INTERLEAVED_IMAGES, apart);
        FeatureMaps taken = maps(1, 6, 6, FeatureMaps.INTERLEAVED_IMAGES);

        assertThatThrownBy(() -> Pooling.paddedSubsample(read, 1, taken, 0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step was '1' but must be even where columns lie apart");
        assertThatThrownBy(() -> Pooling.paddedSubsample(taken, 1, read, 0, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Pooling.max(read, 2, taken, 0, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Pooling.max(taken, 3, 2, 1, read, 0, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Pooling.average(taken, 2, read, 0, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sendsGradientsBackToWhereValuesCameFrom() {
        FeatureMaps input = maps(4, 2, 3, 4, 1, 5, 9, 2, 6);
        FeatureMaps upstream = new FeatureMaps(1, 1, 2, 1);
        upstream.load(new float[] {8, -4}, 0);
        FeatureMaps gradient = maps(7, 7, 7, 7, 7, 7, 7, 7, 7);
        // Windows of two: the third row and column are left out. Of 4 and 4 the first counts.
        FeatureMaps square = new FeatureMaps(1, 2, 4, 1);
        square.load(new float[] {4, 2, 0, 1, 1, 4, 1, 3}, 0);
        FeatureMaps squareGradient = new FeatureMaps(1, 2, 4, 1);

        Pooling.maxGradient(square, 2, upstream, squareGradient);
        assertThat(pixels(squareGradient)).containsExactly(8, 0, 0, 0, 0, 0, 0, -4);

        Pooling.averageGradient(upstream, 2, squareGradient);
        assertThat(pixels(squareGradient)).containsExactly(2, 2, -1, -1, 2, 2, -1, -1);

        FeatureMaps corner = new FeatureMaps(1, 1, 1, 1);
        corner.load(new float[] {5}, 0);
        Pooling.maxGradient(input, 2, corner, gradient);
        assertThat(pixels(gradient)).containsExactly(5, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void sendsNoGradientToWhatASubsampleLeftOut() {
        FeatureMaps upstream = new FeatureMaps(3, 2, 2, 1);
        upstream.load(new float[] {9, 9, 9, 9, 1, 2, 3, 4, 9, 9, 9, 9}, 0);
        FeatureMaps gradient = maps(7, 7, 7, 7, 7, 7, 7, 7, 7);

        // One channel in the middle of three; every second row and column.
        Pooling.paddedSubsampleGradient(upstream, 2, gradient);

        assertThat(pixels(gradient)).containsExactly(1, 0, 2, 0, 0, 0, 3, 0, 4);
    }

    /** Sixteen images are interleaved, or eight. */
    private static FeatureMaps maps(int channels, int height, int width, int images) {
        FeatureMaps.Layout layout =
                images == FeatureMaps.INTERLEAVED_IMAGES
                        ? FeatureMaps.Layout.INTERLEAVED
                        : FeatureMaps.Layout.SIDE_BY_SIDE;
        return new FeatureMaps(channels, height, width, images, layout);
    }

    /** The same in memory that served other maps. */
    private static FeatureMaps used(int channels, int height, int width, int images) {
        FeatureMaps maps = maps(channels, height, width, images);
        Arrays.fill(maps.values(), Float.NaN);
        return maps;
    }

    /** One channel of three by three pixels. */
    private static FeatureMaps maps(float... values) {
        FeatureMaps maps = new FeatureMaps(1, 3, 3, 1);
        maps.load(values, 0);
        return maps;
    }

    private static float[] pixels(FeatureMaps maps) {
        float[] values = new float[maps.channels() * maps.height() * maps.width()];
        maps.store(values, 0);
        return values;
    }

    private static float[] stored(FeatureMaps maps) {
        float[] values = new float[maps.images() * maps.channels() * maps.height() * maps.width()];
        maps.store(values, 0);
        return values;
    }
}
