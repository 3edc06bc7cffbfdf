package io.psconv.operator.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AreaAverageTest {
    @Test
    void cutsPixelsAtTheBorderOfAreas() {
        // 3 columns to 2: each takes one whole column and half of the middle one.
        assertRow(new int[] {30, 60, 90}, 2, 40, 80);
    }

    @Test
    void takesMeansOfWholeAreas() {
        assertRow(new int[] {0, 10, 20, 30, 100, 200}, 2, 10, 110);
    }

    @Test
    void repeatsPixelsWhenEnlarging() {
        assertRow(new int[] {7, 9}, 6, 7, 7, 7, 9, 9, 9);
    }

    @Test
    void mixesPixelsOnlyOnTheirBorderWhenEnlarging() {
        // 2 columns to 3: the middle one lies half over each.
        assertRow(new int[] {10, 30}, 3, 10, 20, 30);
    }

    @Test
    void keepsAnImageOfTheSameSize() {
        assertRow(new int[] {1, 255, 0, 128}, 4, 1, 255, 0, 128);
    }

    @Test
    void rowsAreTreatedLikeColumns() {
        AreaAverage average = new AreaAverage(1, 3, 1, 2);
        average.start();
        average.add(0, rgb(30));
        average.add(1, rgb(60));
        average.add(2, rgb(90));

        assertThat(average.mean(0, 0, 0)).isEqualTo(40f);
        assertThat(average.mean(0, 1, 0)).isEqualTo(80f);
    }

    @Test
    void startForgetsTheLastImage() {
        AreaAverage average = new AreaAverage(1, 1, 1, 1);
        average.start();
        average.add(0, rgb(200));
        average.start();
        average.add(0, rgb(50));

        assertThat(average.mean(2, 0, 0)).isEqualTo(50f);
    }

    @Test
    void meanOfWhiteIsWhiteForEveryPairOfSizes() {
        for (int source = 1; source <= 40; source++) {
            for (int target = 1; target <= 40; target++) {
                AreaAverage average = new AreaAverage(source, 3, target, 2);
                average.start();
                int[] white = new int[source];
                Arrays.fill(white, 255);
                for (int row = 0; row < 3; row++) {
                    average.add(row, rgb(white));
                }
                for (int x = 0; x < target; x++) {
                    assertThat(average.mean(1, 1, x)).isEqualTo(255f);
                }
            }
        }
    }

    /** Against the definition, worked out in doubles pixel by pixel. */
    @Test
    void agreesWithTheDefinition() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            int sourceWidth = 1 + random.nextInt(50);
            int sourceHeight = 1 + random.nextInt(50);
            int width = 1 + random.nextInt(50);
            int height = 1 + random.nextInt(50);
            byte[] image = new byte[3 * sourceWidth * sourceHeight];
            random.nextBytes(image);
            AreaAverage average = new AreaAverage(sourceWidth, sourceHeight, width, height);
            average.start();
            for (int row = 0; row < sourceHeight; row++) {
                average.add(
                        row,
                        Arrays.copyOfRange(
                                image, 3 * sourceWidth * row, 3 * sourceWidth * (row + 1)));
            }
            int x = random.nextInt(width);
            int y = random.nextInt(height);
            int channel = random.nextInt(3);
            double expected = 0;
            for (int row = 0; row < sourceHeight; row++) {
                for (int column = 0; column < sourceWidth; column++) {
                    int value = image[3 * (row * sourceWidth + column) + channel] & 0xff;
                    expected +=
                            value
                                    * overlap(column, (double) sourceWidth / width, x)
                                    * overlap(row, (double) sourceHeight / height, y);
                }
            }
            expected /= (double) sourceWidth / width * sourceHeight / height;

            assertThat((double) average.mean(channel, y, x))
                    .as(
                            "seed %d, run %d: %dx%d to %dx%d",
                            seed, run, sourceWidth, sourceHeight, width, height)
                    .isCloseTo(expected, within(1e-4));
        }
    }

    /** Length of a source pixel within the area of an output pixel. */
    private static double overlap(int source, double scale, int output) {
        return Math.max(
                0, Math.min(source + 1, (output + 1) * scale) - Math.max(source, output * scale));
    }

    private static void assertRow(int[] source, int width, double... expected) {
        AreaAverage average = new AreaAverage(source.length, 1, width, 1);
        average.start();
        average.add(0, rgb(source));
        for (int x = 0; x < width; x++) {
            for (int channel = 0; channel < 3; channel++) {
                assertThat((double) average.mean(channel, 0, x))
                        .isCloseTo(expected[x], within(1e-5));
            }
        }
    }

    private static byte[] rgb(int... grey) {
        byte[] rgb = new byte[3 * grey.length];
        for (int index = 0; index < rgb.length; index++) {
            rgb[index] = (byte) grey[index / 3];
        }
        return rgb;
    }
}
