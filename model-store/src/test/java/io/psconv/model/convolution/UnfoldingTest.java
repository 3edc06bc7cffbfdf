package io.psconv.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the definition, where kernels reach over every side of an image. */
class UnfoldingTest {
    private static final int CHANNELS = 2;

    @ParameterizedTest
    @CsvSource({
        "7,2,16,1",
        "7,2,32,3",
        "7,2,70,2",
        "7,2,4,2",
        "7,1,8,1",
        "7,2,2,1",
        "7,2,2,4",
        "7,2,3,5",
        "7,2,1,1",
        "5,3,11,2",
        "3,2,9,1",
        "1,2,8,1"
    })
    void laysSideBySideWhatAKernelReads(int size, int stride, int side, int images) {
        Random random = new Random(size * 1000L + side);
        float[] pixels = new float[images * CHANNELS * side * side];
        for (int index = 0; index < pixels.length; index++) {
            pixels[index] = 1 + random.nextFloat();
        }
        FeatureMaps input = new FeatureMaps(CHANNELS, side, side, images);
        input.load(pixels, 0);
        Unfolding unfolding = new Unfolding(size, stride);
        int out = unfolding.side(side);
        FeatureMaps output = new FeatureMaps(unfolding.channels(CHANNELS), out, out, images);
        // The memory served other maps.
        Arrays.fill(output.values(), Float.NaN);

        // In two parts, as two threads would.
        unfolding.apply(input, output, 0, 1);
        unfolding.apply(input, output, 1, output.channels());

        float[] actual = new float[images * output.channels() * out * out];
        output.store(actual, 0);
        for (int index = 0; index < actual.length; index++) {
            int image = index / (output.channels() * out * out);
            int channel = index / (out * out) % output.channels();
            int position = channel % (size * size);
            int row = index / out % out * stride + position / size - size / 2;
            int column = index % out * stride + position % size - size / 2;
            boolean inside = row >= 0 && row < side && column >= 0 && column < side;
            int map = image * CHANNELS + channel / (size * size);
            assertThat(actual[index])
                    .as("value %d", index)
                    .isEqualTo(inside ? pixels[(map * side + row) * side + column] : 0);
        }
    }

    @Test
    void refusesMapsThatDoNotFit() {
        Unfolding unfolding = new Unfolding(7, 2);
        FeatureMaps input = new FeatureMaps(1, 8, 8, 1);

        assertThatThrownBy(() -> unfolding.apply(input, new FeatureMaps(49, 8, 8, 1), 0, 49))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "unfolded maps were 49x8x8 of 1 images but the input needs 49x4x4 of 1");
        assertThatThrownBy(() -> new Unfolding(4, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kernelSize was '4' and stride '1' but the size must be odd and the stride"
                                + " at least 1");
    }
}
