package io.psconv.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the definition: one chain for each output, in the order of the inputs. */
class FullyConnectedTest {
    @ParameterizedTest
    @CsvSource({
        "1,1,1,1",
        "3,1,10,1",
        "5,2,15,7",
        "5,2,16,8",
        "4,1,17,9",
        "3,3,33,16",
        "512,1,10,3",
        "64,2,200,17"
    })
    void runsOneChainForEachOutput(int channels, int side, int outputs, int images) {
        Random random = new Random(channels * 1000L + outputs);
        int inputs = channels * side * side;
        float[] weights = gaussians(random, outputs * inputs);
        float[] bias = gaussians(random, outputs);
        float[] values = gaussians(random, images * inputs);
        // Sixteen images are interleaved, or eight.
        FeatureMaps.Layout layout =
                images == FeatureMaps.INTERLEAVED_IMAGES
                        ? FeatureMaps.Layout.INTERLEAVED
                        : FeatureMaps.Layout.SIDE_BY_SIDE;
        FeatureMaps maps = new FeatureMaps(channels, side, side, images, layout);
        maps.load(values, 0);
        FeatureMaps hidden = new FeatureMaps(outputs, 1, 1, images, layout);
        FullyConnected layer = new FullyConnected(inputs, outputs, weights, bias);
        FullyConnected.Scratch scratch = layer.newScratch();

        float[] made = new float[(images + 1) * outputs];
        layer.apply(maps, images, made, 1, scratch);
        layer.apply(maps, true, hidden, scratch);
        float[] first = new float[images * outputs];
        layer.apply(maps, Math.max(1, images - 3), first, 0, scratch);

        float[] expected = new float[made.length];
        for (int at = 0; at < images * outputs; at++) {
            float sum = bias[at % outputs];
            for (int input = 0; input < inputs; input++) {
                sum =
                        Math.fma(
                                values[at / outputs * inputs + input],
                                weights[at % outputs * inputs + input],
                                sum);
            }
            expected[outputs + at] = sum;
            assertThat(hidden.values()[hidden.index(at % outputs, at / outputs, 0, 0)])
                    .isEqualTo(Math.max(0, sum));
        }
        assertThat(made).isEqualTo(expected);
        assertThat(first)
                .startsWith(
                        Arrays.copyOfRange(
                                expected, outputs, (1 + Math.max(1, images - 3)) * outputs));
    }

    @Test
    void leavesOutputsOfOtherImages() {
        FullyConnected layer = new FullyConnected(1, 1, new float[] {2}, new float[] {1});
        FeatureMaps maps = new FeatureMaps(1, 1, 1, 3);
        maps.load(new float[] {1, 2, 3}, 0);
        float[] made = {-1, -1, -1, -1};

        layer.apply(maps, 2, made, 1, layer.newScratch());

        assertThat(made).containsExactly(-1, 3, 5, -1);
    }

    @Test
    void refusesMapsOfAnotherSize() {
        FullyConnected layer = new FullyConnected(4, 1, new float[4], new float[1]);

        assertThatThrownBy(
                        () ->
                                layer.apply(
                                        new FeatureMaps(4, 2, 2, 1),
                                        1,
                                        new float[1],
                                        0,
                                        layer.newScratch()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maps were 4x2x2 but the layer has 4 inputs");
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }
}
