package io.psconv.cli;

import io.psconv.model.dataset.LabelledImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Encodes images of a data set as a camera would send them. */
final class Pngs {
    private Pngs() {}

    /** An image of three channels, red first, as PNG. */
    static byte[] encode(LabelledImages images, int index) {
        int width = images.shape().width();
        int plane = images.shape().height() * width;
        byte[] pixels = images.pixels(index);
        BufferedImage image =
                new BufferedImage(width, images.shape().height(), BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < plane; pixel++) {
            int red = pixels[pixel] & 0xFF;
            int green = pixels[plane + pixel] & 0xFF;
            int blue = pixels[2 * plane + pixel] & 0xFF;
            image.setRGB(pixel % width, pixel / width, red << 16 | green << 8 | blue);
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false);
            ImageIO.write(image, "png", encoded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return encoded.toByteArray();
    }
}
