package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads images stacked top to bottom in one PNG, with channel differences.
 *
 * <p>8-bit RGB, as wide as one image. Stored channels are (R − G, G, B − G) modulo 256, which
 * compresses better than R, G, B. A file of the same name ending in {@code .labels} has one byte an
 * image; where it is missing the images are unlabelled.
 */
final class StackedPng {
    static final String EXTENSION = ".png";

    private static final String LABELS_EXTENSION = ".labels";
    private static final long MAX_PIXELS = 1L << 28;
    private static final int CHANNELS = 3;

    private StackedPng() {}

    static LabelledImages read(List<Path> files, FeatureShape shape, List<String> classes)
            throws IOException {
        if (shape.channels() != CHANNELS) {
            throw new IllegalArgumentException(
                    "input shape was '"
                            + shape
                            + "' but stacked images have 3 channels; choose a model for them");
        }
        long count = 0;
        for (Path file : files) {
            count += count(file, shape);
        }
        ImageSetBuilder images = new ImageSetBuilder(shape, classes, count);
        for (Path file : files) {
            read(file, shape, classes, images);
        }
        return images.build();
    }

    private static int count(Path file, FeatureShape shape) throws IOException {
        return checked(file, shape, PngHeader.read(file)).height() / shape.height();
    }

    private static PngHeader checked(Path file, FeatureShape shape, PngHeader header)
            throws IOException {
        if (header.width() != shape.width()
                || header.height() % shape.height() != 0
                || !header.isRgb8()
                || (long) header.width() * header.height() > MAX_PIXELS) {
            throw new IOException(
                    "'"
                            + file
                            + "' was "
                            + header
                            + " but stacked images of "
                            + shape
                            + " must be 8-bit RGB, "
                            + shape.width()
                            + " wide, their height a multiple of "
                            + shape.height()
                            + ", at most "
                            + MAX_PIXELS
                            + " pixels");
        }
        return header;
    }

    private static void read(
            Path file, FeatureShape shape, List<String> classes, ImageSetBuilder images)
            throws IOException {
        int count = count(file, shape);
        int[] labels = labels(file, count, classes);
        BufferedImage stack = ImageFile.decode(file, MAX_PIXELS);
        Raster raster = stack.getRaster();
        int[] samples = new int[CHANNELS * shape.width() * shape.height()];
        for (int image = 0; image < count; image++) {
            int top = image * shape.height();
            raster.getPixels(0, top, shape.width(), shape.height(), samples);
            addGreen(samples, images.pixels(), images.nextOffset());
            images.add(labels[image]);
        }
    }

    private static void addGreen(int[] samples, byte[] pixels, int offset) {
        int plane = samples.length / CHANNELS;
        for (int pixel = 0; pixel < plane; pixel++) {
            int green = samples[CHANNELS * pixel + 1];
            pixels[offset + pixel] = (byte) (samples[CHANNELS * pixel] + green);
            pixels[offset + plane + pixel] = (byte) green;
            pixels[offset + 2 * plane + pixel] = (byte) (samples[CHANNELS * pixel + 2] + green);
        }
    }

    private static int[] labels(Path file, int count, List<String> classes) throws IOException {
        String name = file.getFileName().toString();
        Path labelFile =
                file.resolveSibling(
                        name.substring(0, name.length() - EXTENSION.length()) + LABELS_EXTENSION);
        int[] labels = new int[count];
        if (Files.notExists(labelFile)) {
            Arrays.fill(labels, LabelledImages.UNLABELLED);
            return labels;
        }
        if (Files.size(labelFile) != count) {
            throw new IOException(
                    "size of '"
                            + labelFile
                            + "' was '"
                            + Files.size(labelFile)
                            + "' bytes but it must be one byte for each of the "
                            + count
                            + " images");
        }
        byte[] bytes = Files.readAllBytes(labelFile);
        for (int image = 0; image < count; image++) {
            labels[image] = bytes[image] & 0xff;
            if (labels[image] >= classes.size()) {
                throw new IOException(
                        "label of image "
                                + image
                                + " in '"
                                + labelFile
                                + "' was '"
                                + labels[image]
                                + "' but there are "
                                + classes.size()
                                + " classes");
            }
        }
        return labels;
    }
}
