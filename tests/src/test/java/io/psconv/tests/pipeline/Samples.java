package io.psconv.tests.pipeline;

import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** The bundled images, as a camera would send them. */
final class Samples {
    static final LabelledImages IMAGES = read();

    private Samples() {}

    private static LabelledImages read() {
        Path sample =
                Path.of(
                        System.getProperty("psconv.root"),
                        "model-store",
                        "samples",
                        "cifar10-test-2000.png");
        try {
            return DataSets.open(
                    sample, new FeatureShape(3, 32, 32), DataSets.CIFAR10_CLASSES, Split.TEST);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String label(int number) {
        return IMAGES.classes().get(IMAGES.label(number));
    }

    static byte[] png(int number) {
        byte[] pixels = IMAGES.pixels(number);
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 1024; pixel++) {
            int red = pixels[pixel] & 0xFF;
            int green = pixels[1024 + pixel] & 0xFF;
            int blue = pixels[2048 + pixel] & 0xFF;
            image.setRGB(pixel % 32, pixel / 32, red << 16 | green << 8 | blue);
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", encoded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return encoded.toByteArray();
    }
}
