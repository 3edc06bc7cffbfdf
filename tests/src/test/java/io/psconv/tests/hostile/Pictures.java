package io.psconv.tests.hostile;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Sound pictures in all forms, encoded by ImageIO. */
final class Pictures {
    private Pictures() {}

    /** Shades with a little noise, so that no format makes nothing of it. */
    static BufferedImage picture(int width, int height, int type, Random random) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = 200 * x / width + random.nextInt(40);
                int green = 200 * y / height + random.nextInt(40);
                image.setRGB(x, y, 0xff000000 | red << 16 | green << 8 | random.nextInt(256));
            }
        }
        return image;
    }

    static byte[] encoded(BufferedImage image, String format) {
        return encoded(image, format, false);
    }

    /** Progressive JPEG or interlaced PNG where asked for. */
    static byte[] encoded(BufferedImage image, String format, boolean progressive) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (progressive) {
                param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            }
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** A GIF that plays several pictures. */
    static byte[] animation(List<BufferedImage> images) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (BufferedImage image : images) {
                writer.writeToSequence(new IIOImage(image, null, null), null);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /**
     * A JPEG of four inks.
     *
     * @param transform of Adobe's marker: 0 for CMYK, 2 for YCCK
     */
    static byte[] inks(int transform, Random random) {
        WritableRaster raster = Raster.createInterleavedRaster(0, 16, 16, 4, null);
        for (int band = 0; band < 4; band++) {
            raster.setSamples(0, 0, 16, 16, band, random.ints(256, 0, 256).toArray());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(new IIOImage(raster, null, null));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        } finally {
            writer.dispose();
        }
        byte[] adobe = {
            (byte) 0xff,
            (byte) 0xee,
            0,
            14,
            'A',
            'd',
            'o',
            'b',
            'e',
            0,
            100,
            0,
            0,
            0,
            0,
            (byte) transform
        };
        return JpegParts.behindStart(bytes.toByteArray(), adobe);
    }

    /** A PNG of three colors in 16 bits. */
    static BufferedImage wide(int side, Random random) {
        BufferedImage image =
                ImageTypeSpecifier.createInterleaved(
                                java.awt.color.ColorSpace.getInstance(
                                        java.awt.color.ColorSpace.CS_sRGB),
                                new int[] {0, 1, 2},
                                java.awt.image.DataBuffer.TYPE_USHORT,
                                false,
                                false)
                        .createBufferedImage(side, side);
        WritableRaster raster = image.getRaster();
        for (int band = 0; band < 3; band++) {
            raster.setSamples(
                    0, 0, side, side, band, random.ints((long) side * side, 0, 65_536).toArray());
        }
        return image;
    }
}
