package io.psconv.model.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanarImageTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_4BYTE_ABGR
            })
    void splitsColoursIntoPlanes(int type) {
        BufferedImage image = new BufferedImage(2, 1, type);
        image.setRGB(0, 0, 0xff010203);
        image.setRGB(1, 0, 0xfffffe80);
        assertThat(PlanarImage.of(image).pixels()).containsExactly(1, 255, 2, 254, 3, 128);
    }

    @Test
    void keepsGreySamplesAsTheyAre() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 100);
        image.getRaster().setSample(1, 0, 0, 200);
        assertThat(PlanarImage.of(image).pixels()).containsExactly(100, 200, 100, 200, 100, 200);
    }

    @Test
    void takesTheUpperByteOfDeepGrey() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 0xab12);
        assertThat(PlanarImage.of(image).pixels()).containsExactly(0xab, 0xab, 0xab);
    }

    @Test
    void averagesOverTheAreaThatAPixelCovers() {
        // Three columns onto two: 1.5 columns each.
        byte[] pixels = {30, 60, 90, 0, 0, 0, (byte) 255, (byte) 255, (byte) 255};
        byte[] resized = resized(new PlanarImage(1, 3, pixels), new FeatureShape(3, 1, 2));
        assertThat(resized).containsExactly(40, 80, 0, 0, 255, 255);
    }

    @Test
    void halvesBothSides() {
        byte[] pixels = {0, 10, 20, 30, 1, 1, 1, 1, 2, 2, 2, 4};
        byte[] resized = resized(new PlanarImage(2, 2, pixels), new FeatureShape(3, 1, 1));
        assertThat(resized).containsExactly(15, 1, 3);
    }

    @Test
    void enlargesByRepeating() {
        byte[] pixels = {7, 9, 1, 2, 3, 4};
        byte[] resized = resized(new PlanarImage(1, 2, pixels), new FeatureShape(3, 2, 4));
        assertThat(resized).startsWith(7, 7, 9, 9, 7, 7, 9, 9).endsWith(3, 3, 4, 4, 3, 3, 4, 4);
    }

    @Test
    void copiesWhereTheSizeIsRight() {
        byte[] pixels = {1, 2, 3, 4, 5, 6};
        assertThat(resized(new PlanarImage(2, 1, pixels), new FeatureShape(3, 2, 1)))
                .isEqualTo(pixels);
    }

    private static byte[] resized(PlanarImage image, FeatureShape shape) {
        byte[] target = new byte[shape.length()];
        image.resizeTo(shape, target, 0);
        return target;
    }
}
