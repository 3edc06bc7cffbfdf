package io.psconv.model.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes an image file after its header has said that it is not too large. */
final class ImageFile {
    private ImageFile() {}

    /**
     * Decodes the first image of a file.
     *
     * @param maxPixels most pixels, width times height
     * @throws IOException if the file is no image, is damaged or has more pixels
     */
    static BufferedImage decode(Path file, long maxPixels) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            if (in == null) {
                throw new IOException("'" + file + "' cannot be read; check that it is there");
            }
            return decode(in, file.toString(), maxPixels);
        }
    }

    /**
     * Decodes an image that is in memory.
     *
     * @param name of the image in errors
     * @throws IOException if it is no image, is damaged or has more pixels
     */
    static BufferedImage decode(byte[] bytes, String name, long maxPixels) throws IOException {
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            return decode(in, name, maxPixels);
        }
    }

    private static BufferedImage decode(ImageInputStream in, String file, long maxPixels)
            throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        if (!readers.hasNext()) {
            throw new IOException("'" + file + "' is no image; PNG, JPEG, BMP and GIF are read");
        }
        ImageReader reader = readers.next();
        try {
            reader.setInput(in, true, true);
            return decode(reader, file, maxPixels);
        } finally {
            reader.dispose();
        }
    }

    private static BufferedImage decode(ImageReader reader, String file, long maxPixels)
            throws IOException {
        long pixels;
        @Nullable BufferedImage image = null;
        try {
            pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels <= maxPixels) {
                image = reader.read(0);
            }
        } catch (IOException | RuntimeException e) {
            // Decoders answer some damaged files with exceptions that are not theirs to throw.
            throw new IOException("'" + file + "' is a damaged image; replace it", e);
        }
        if (image == null) {
            throw new IOException(
                    "'"
                            + file
                            + "' has '"
                            + pixels
                            + "' pixels but it must have at most "
                            + maxPixels
                            + "; scale it down");
        }
        return image;
    }
}
