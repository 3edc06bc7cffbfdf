package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * Encoded images to pixels by ImageIO, guarded against hostile bytes.
 *
 * <p>Width and height are read from the header and checked before any pixel is decoded, as are
 * those parts of a file whose number or length would make the decoder take minutes: scans and
 * segments of JPEG, chunks of PNG, comments of GIF. Whatever ImageIO throws at the bytes is a
 * {@link RejectionReason#CORRUPT_IMAGE}; only running out of memory and a broken Java installation
 * are not. A JPEG whose data the decoder had to make up, such as a truncated one, is corrupt too,
 * though ImageIO returns it as an image with grey parts.
 *
 * <p>One reader a format is kept and used again, until an image fails in it. Not for several
 * threads.
 */
final class ImageFileReader implements AutoCloseable {
    /** Compression of the BMP header, and the values by which a whole JPEG or PNG is embedded. */
    private static final int BMP_COMPRESSION_OFFSET = 30;

    private static final int BMP_EMBEDDED_JPEG = 4;
    private static final int BMP_EMBEDDED_PNG = 5;

    private final DecodeLimits limits;
    private final Map<ImageFormat, ImageReader> readers = new EnumMap<>(ImageFormat.class);
    private final PayloadStream stream = new PayloadStream();
    private @Nullable String damage;

    ImageFileReader(DecodeLimits limits) {
        this.limits = limits;
    }

    /** The first image of the payload, which starts with the signature of {@code format}. */
    RgbRows read(ImageFormat format, byte[] payload) throws UndecodableFrameException {
        int passes = 1;
        byte[] decoded = payload;
        switch (format) {
            case JPEG ->
                    passes = JpegSegments.passes(JpegSegments.check(payload, limits.maxScans()));
            case PNG -> PngChunks.check(payload);
            case GIF -> decoded = GifExtensions.without(payload);
            case BMP -> checkNothingEmbedded(payload);
        }
        ImageReader reader = readerOf(format);
        boolean intact = false;
        try {
            RgbRows rows = read(format, reader, decoded, passes);
            intact = true;
            return rows;
        } finally {
            stream.release();
            if (intact) {
                reader.setInput(null);
            } else {
                readers.remove(format);
                reader.dispose();
            }
        }
    }

    /** Releases the readers; they are made anew when needed. */
    @Override
    public void close() {
        readers.values().forEach(ImageReader::dispose);
        readers.clear();
    }

    private RgbRows read(ImageFormat format, ImageReader reader, byte[] payload, int passes)
            throws UndecodableFrameException {
        damage = null;
        try {
            stream.open(payload);
            reader.setInput(stream, true, true);
            checkSize(format, reader.getWidth(0), reader.getHeight(0), passes);
            BufferedImage image = reader.read(0);
            checkIntact(format, image);
            return ImageRows.of(image);
        } catch (OutOfMemoryError | LinkageError notTheFrames) {
            throw notTheFrames;
        } catch (IOException | RuntimeException | Error fault) {
            // Readers of the JDK answer some bytes with unchecked exceptions and internal errors.
            String message = fault.getMessage();
            throw corrupt(format, message == null ? fault.toString() : message, fault);
        }
    }

    private void checkSize(ImageFormat format, int width, int height, int passes)
            throws UndecodableFrameException {
        if (width < 1 || height < 1) {
            throw corrupt(format, "it declares " + width + "x" + height + " pixels", null);
        }
        PixelLimit.check(width, height, passes, limits.maxPixels());
    }

    private void checkIntact(ImageFormat format, @Nullable BufferedImage image)
            throws UndecodableFrameException {
        if (image == null) {
            throw corrupt(format, "it has no image", null);
        }
        @Nullable String warning = damage;
        if (warning != null) {
            throw corrupt(format, warning, null);
        }
        // Whether inks are stored inverted is not told reliably, and runtimes differ in guessing
        // it.
        if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
            throw corrupt(format, "it is CMYK", null);
        }
    }

    private ImageReader readerOf(ImageFormat format) {
        @Nullable ImageReader kept = readers.get(format);
        if (kept != null) {
            return kept;
        }
        Iterator<ImageReader> found = ImageIO.getImageReadersByFormatName(format.readerName());
        if (!found.hasNext()) {
            throw new IllegalStateException(
                    "ImageIO has no reader for '"
                            + format.readerName()
                            + "'; run a Java that has the module java.desktop");
        }
        ImageReader made = found.next();
        made.addIIOReadWarningListener((source, warning) -> noteDamage(warning));
        readers.put(format, made);
        return made;
    }

    /**
     * Notes warnings that part of the pixels are made up. Bytes between segments are not among
     * them, nor is a missing end marker after complete data, both of which cheap cameras send.
     */
    private void noteDamage(String warning) {
        if (warning.startsWith("Corrupt JPEG data") && !warning.contains("extraneous bytes")) {
            damage = warning;
        }
    }

    /** An embedded file has a size of its own, which the header does not tell. */
    private static void checkNothingEmbedded(byte[] payload) throws UndecodableFrameException {
        if (payload.length < BMP_COMPRESSION_OFFSET + 1) {
            return;
        }
        int compression = payload[BMP_COMPRESSION_OFFSET];
        if (compression == BMP_EMBEDDED_JPEG || compression == BMP_EMBEDDED_PNG) {
            throw corrupt(
                    ImageFormat.BMP,
                    "it embeds a JPEG or PNG file, which is not supported; send that file itself",
                    null);
        }
    }

    private static UndecodableFrameException corrupt(
            ImageFormat format, String why, @Nullable Throwable cause) {
        return new UndecodableFrameException(
                RejectionReason.CORRUPT_IMAGE,
                format.name()
                        + " could not be decoded: "
                        + why
                        + "; check that it opens in an image viewer"
                        + (format == ImageFormat.JPEG ? " and is grey, RGB or YCbCr" : ""),
                cause);
    }
}
