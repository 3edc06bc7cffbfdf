package io.psconv.model.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelledImagesTest {
    private static final FeatureShape SHAPE = new FeatureShape(3, 1, 2);
    private static final byte[] PIXELS = {0, 1, 2, 3, 4, 5, (byte) 255, 7, 8, 9, 10, 11};

    private final LabelledImages images =
            new LabelledImages(SHAPE, List.of("a", "b"), PIXELS, new int[] {1, -1});

    @Test
    void givesPixelsAndLabels() {
        assertThat(images.count()).isEqualTo(2);
        assertThat(images.label(0)).isEqualTo(1);
        assertThat(images.label(1)).isEqualTo(LabelledImages.UNLABELLED);
        assertThat(images.pixels(1)).containsExactly(255, 7, 8, 9, 10, 11);
        byte[] target = new byte[7];
        images.copyPixels(0, target, 1);
        assertThat(target).containsExactly(0, 0, 1, 2, 3, 4, 5);
    }

    @Test
    void normalisesByChannel() {
        float[][] tables =
                images.tables(new Normalisation(List.of(0f, 0.5f, 1f), List.of(1f, 0.5f, 2f)));
        float[] input = new float[7];
        images.copyInput(1, tables, input, 1);
        assertThat(input)
                .containsExactly(
                        0,
                        1,
                        7 / 255f,
                        (8 / 255f - 0.5f) / 0.5f,
                        (9 / 255f - 0.5f) / 0.5f,
                        (10 / 255f - 1) / 2,
                        (11 / 255f - 1) / 2);
    }

    @Test
    void takesTheFirst() {
        LabelledImages one = images.first(1);
        assertThat(one.count()).isEqualTo(1);
        assertThat(one.pixels(0)).isEqualTo(images.pixels(0));
        assertThat(images.first(5)).isSameAs(images);
    }

    @Test
    void rejectsWhatDisagrees() {
        assertThatThrownBy(() -> new LabelledImages(SHAPE, List.of("a"), PIXELS, new int[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pixels were '12' bytes but 1 images of 3x1x2 take 6");
        assertThatThrownBy(() -> new LabelledImages(SHAPE, List.of("a"), PIXELS, new int[] {0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label of image 1 was '1' but there are 1 classes, counted from 0");
        Normalisation grey = new Normalisation(List.of(0f), List.of(1f));
        assertThatThrownBy(() -> images.tables(grey))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("normalisation was for '1' channels but the images have 3");
        assertThatThrownBy(() -> images.pixels(2))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("image was '2' but there are 2, counted from 0");
    }
}
