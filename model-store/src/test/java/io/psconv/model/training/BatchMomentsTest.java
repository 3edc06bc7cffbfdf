package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchMomentsTest {
    @Test
    void areThoseOfAllPixelsTogether() {
        long seed = 9;
        Random random = new Random(seed);
        int chunks = 7;
        int pixels = 50;
        BatchMoments moments = new BatchMoments(1, chunks, pixels);
        double[] all = new double[chunks * pixels];
        for (int chunk = 0; chunk < chunks; chunk++) {
            double sum = 0;
            for (int pixel = 0; pixel < pixels; pixel++) {
                // A large mean and chunks that differ: what a sum of squares would lose.
                double value = 1e5 + chunk + random.nextGaussian();
                all[chunk * pixels + pixel] = value;
                sum += value;
            }
            double mean = sum / pixels;
            double squares = 0;
            for (int pixel = 0; pixel < pixels; pixel++) {
                squares += Math.pow(all[chunk * pixels + pixel] - mean, 2);
            }
            moments.chunkMeans[chunk] = mean;
            moments.chunkSquares[chunk] = squares;
        }

        moments.merge();

        double mean = 0;
        for (double value : all) {
            mean += value / all.length;
        }
        double variance = 0;
        for (double value : all) {
            variance += Math.pow(value - mean, 2) / all.length;
        }
        assertThat(moments.count()).isEqualTo(all.length);
        assertThat(moments.mean(0)).as("seed %d", seed).isCloseTo(mean, within(1e-6));
        assertThat(moments.variance(0)).as("seed %d", seed).isCloseTo(variance, within(1e-6));
    }
}
