package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final FeatureShape SHAPE = new FeatureShape(2, 16, 16);
    private static final int PLANE = 256;
    private static final Normalisation NORMALISATION =
            new Normalisation(List.of(0.5f, 0.25f), List.of(0.25f, 0.5f));
    private static final int COUNT = 400;

    private final byte[] pixels = new byte[COUNT * SHAPE.length()];
    private final LabelledImages images;

    AugmentationTest() {
        new Random(4).nextBytes(pixels);
        images = new LabelledImages(SHAPE, List.of("a"), pixels, new int[COUNT]);
    }

    @Test
    void writesImagesAsTheyAreWhenOff() {
        float[] plain = new float[SHAPE.length()];
        images.copyInput(7, images.tables(NORMALISATION), plain, 0);
        assertThat(written(false, 3, 7)).isEqualTo(plain);
    }

    /** Finds the move and the mirroring that explain each image, among all that there may be. */
    @Test
    void movesByUpToAnEighthAndMirrorsHalf() {
        Set<Integer> downs = new TreeSet<>();
        Set<Integer> rights = new TreeSet<>();
        int mirrored = 0;
        for (int image = 0; image < COUNT; image++) {
            Form form = form(written(true, 0, image), image);
            downs.add(form.down());
            rights.add(form.right());
            mirrored += form.mirrored() ? 1 : 0;
        }
        assertThat(downs).containsExactly(-2, -1, 0, 1, 2);
        assertThat(rights).containsExactly(-2, -1, 0, 1, 2);
        assertThat(mirrored).isBetween(160, 240);
    }

    @Test
    void mirrorsEachImageEveryOtherEpoch() {
        for (int image = 0; image < 20; image++) {
            boolean first = form(written(true, 0, image), image).mirrored();
            assertThat(form(written(true, 1, image), image).mirrored()).isEqualTo(!first);
            assertThat(form(written(true, 2, image), image).mirrored()).isEqualTo(first);
        }
    }

    @Test
    void dependsOnSeedEpochAndImageAlone() {
        assertThat(written(true, 3, 9)).isEqualTo(written(true, 3, 9));
        long equal = 0;
        for (int image = 0; image < 50; image++) {
            Form one = form(written(true, 0, image), image);
            Form two = form(written(true, 2, image), image);
            equal += one.equals(two) ? 1 : 0;
        }
        assertThat(equal).isLessThan(15);
    }

    private float[] written(boolean enabled, int epoch, int image) {
        float[] target = new float[SHAPE.length() + 3];
        new Augmentation(images, NORMALISATION, enabled, 21).write(epoch, image, target, 3);
        float[] input = new float[SHAPE.length()];
        System.arraycopy(target, 3, input, 0, input.length);
        return input;
    }

    private Form form(float[] input, int image) {
        for (int down = -2; down <= 2; down++) {
            for (int right = -2; right <= 2; right++) {
                for (boolean mirrored : new boolean[] {false, true}) {
                    if (explains(input, image, down, right, mirrored)) {
                        return new Form(down, right, mirrored);
                    }
                }
            }
        }
        throw new AssertionError("no move explains image " + image);
    }

    private boolean explains(float[] input, int image, int down, int right, boolean mirrored) {
        for (int index = 0; index < input.length; index++) {
            int channel = index / PLANE;
            int row = index % PLANE / 16 - down;
            int column = index % 16 - right;
            boolean inside = row >= 0 && row < 16 && column >= 0 && column < 16;
            int source = mirrored ? 15 - column : column;
            int pixel =
                    inside
                            ? pixels[image * SHAPE.length() + channel * PLANE + row * 16 + source]
                                    & 0xff
                            : 0;
            if (input[index] != NORMALISATION.table(channel)[pixel]) {
                return false;
            }
        }
        return true;
    }

    private record Form(int down, int right, boolean mirrored) {}
}
