package io.psconv.operator.decode;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a decoded image of any type.
 *
 * <p>What cameras send (JPEG, RGB and grey PNG) is read from the data array itself. Grey samples
 * are taken as they are stored: {@link BufferedImage#getRGB} would take them for linear light and
 * brighten them. Samples of 16 bits are scaled to 8, rounded.
 */
abstract class ImageRows implements RgbRows {
    private static final int OPAQUE = 255;

    private final BufferedImage image;

    private ImageRows(BufferedImage image) {
        this.image = image;
    }

    static ImageRows of(BufferedImage image) {
        ColorModel colors = image.getColorModel();
        return switch (image.getType()) {
            case BufferedImage.TYPE_3BYTE_BGR -> new BgrRows(image);
            case BufferedImage.TYPE_BYTE_GRAY -> new GreyRows(image);
            case BufferedImage.TYPE_INT_RGB -> new PackedRows(image);
            default -> {
                if (colors instanceof IndexColorModel palette) {
                    yield new PaletteRows(image, palette);
                }
                yield colors instanceof ComponentColorModel component && storesPlainly(component)
                        ? new SampleRows(image, component)
                        : new AnyRows(image);
            }
        };
    }

    @Override
    public final int width() {
        return image.getWidth();
    }

    @Override
    public final int height() {
        return image.getHeight();
    }

    /** Whether samples are grey or sRGB values of 8 or 16 bits, not multiplied by alpha. */
    private static boolean storesPlainly(ComponentColorModel colors) {
        int type = colors.getTransferType();
        ColorSpace space = colors.getColorSpace();
        return (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
                && colors.getComponentSize(0) == DataBuffer.getDataTypeSize(type)
                && !colors.isAlphaPremultiplied()
                && (space.getType() == ColorSpace.TYPE_GRAY || space.isCS_sRGB());
    }

    private static byte overBlack(int value, int alpha) {
        return (byte) ((value * alpha + OPAQUE / 2) / OPAQUE);
    }

    private static void writeArgb(int argb, byte[] rgb, int at) {
        int alpha = argb >>> 24;
        rgb[at] = overBlack(argb >> 16 & 0xff, alpha);
        rgb[at + 1] = overBlack(argb >> 8 & 0xff, alpha);
        rgb[at + 2] = overBlack(argb & 0xff, alpha);
    }

    private static int rowLength(BufferedImage image) {
        return ((ComponentSampleModel) image.getSampleModel()).getScanlineStride();
    }

    /** Three bytes a pixel: blue, green, red. */
    private static final class BgrRows extends ImageRows {
        private final byte[] data;
        private final int rowLength;

        BgrRows(BufferedImage image) {
            super(image);
            data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            rowLength = rowLength(image);
        }

        @Override
        public void read(int y, int left, int count, byte[] rgb) {
            int from = y * rowLength + 3 * left;
            for (int at = 0; at < 3 * count; at += 3) {
                rgb[at] = data[from + at + 2];
                rgb[at + 1] = data[from + at + 1];
                rgb[at + 2] = data[from + at];
            }
        }
    }

    /** One byte a pixel. */
    private static final class GreyRows extends ImageRows {
        private final byte[] data;
        private final int rowLength;

        GreyRows(BufferedImage image) {
            super(image);
            data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            rowLength = rowLength(image);
        }

        @Override
        public void read(int y, int left, int count, byte[] rgb) {
            int from = y * rowLength + left;
            for (int index = 0; index < count; index++) {
                Arrays.fill(rgb, 3 * index, 3 * index + 3, data[from + index]);
            }
        }
    }

    /** One int a pixel: red, green, blue from bit 16 down. */
    private static final class PackedRows extends ImageRows {
        private final int[] data;
        private final int rowLength;

        PackedRows(BufferedImage image) {
            super(image);
            data = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
            rowLength = ((SinglePixelPackedSampleModel) image.getSampleModel()).getScanlineStride();
        }

        @Override
        public void read(int y, int left, int count, byte[] rgb) {
            int from = y * rowLength + left;
            for (int index = 0; index < count; index++) {
                int pixel = data[from + index];
                rgb[3 * index] = (byte) (pixel >> 16);
                rgb[3 * index + 1] = (byte) (pixel >> 8);
                rgb[3 * index + 2] = (byte) pixel;
            }
        }
    }

    /** An index a pixel; one beyond the palette is black. */
    private static final class PaletteRows extends ImageRows {
        private final Raster raster;
        private final int[] argbOfIndex;
        private int @Nullable [] indices;

        PaletteRows(BufferedImage image, IndexColorModel palette) {
            super(image);
            raster = image.getRaster();
            int[] colors = new int[palette.getMapSize()];
            palette.getRGBs(colors);
            int size = Math.max(colors.length, 1 << palette.getPixelSize());
            argbOfIndex = Arrays.copyOf(colors, size);
        }

        @Override
        public void read(int y, int left, int count, byte[] rgb) {
            indices = raster.getPixels(left, y, count, 1, indices);
            for (int index = 0; index < count; index++) {
                writeArgb(argbOfIndex[indices[index]], rgb, 3 * index);
            }
        }
    }

    /** Grey or RGB samples of 8 or 16 bits, with or without alpha. */
    private static final class SampleRows extends ImageRows {
        private final Raster raster;
        private final int bands;
        private final int greenBand;
        private final int blueBand;
        private final boolean transparent;
        private final boolean wide;
        private int @Nullable [] samples;

        SampleRows(BufferedImage image, ComponentColorModel colors) {
            super(image);
            raster = image.getRaster();
            bands = raster.getNumBands();
            greenBand = colors.getNumColorComponents() == 1 ? 0 : 1;
            blueBand = 2 * greenBand;
            transparent = colors.getTransparency() != Transparency.OPAQUE;
            wide = colors.getTransferType() == DataBuffer.TYPE_USHORT;
        }

        @Override
        public void read(int y, int left, int count, byte[] rgb) {
            int[] row = raster.getPixels(left, y, count, 1, samples);
            samples = row;
            for (int index = 0; index < count; index++) {
                int at = index * bands;
                int alpha = transparent ? sample(row[at + bands - 1]) : OPAQUE;
                rgb[3 * index] = overBlack(sample(row[at]), alpha);
                rgb[3 * index + 1] = overBlack(sample(row[at + greenBand]), alpha);
                rgb[3 * index + 2] = overBlack(sample(row[at + blueBand]), alpha);
            }
        }

        private int sample(int stored) {
            return wide ? (stored * OPAQUE + 32_767) / 65_535 : stored;
        }
    }

    /** Any other type, converted by its color model while it is made, which may fail. */
    private static final class AnyRows extends ImageRows {
        private final int[] argb;

        AnyRows(BufferedImage image) {
            super(image);
            argb = image.getRGB(0, 0, width(), height(), null, 0, width());
        }

        @Override
        public void read(int y, int left, int count, byte[] rgb) {
            int from = y * width() + left;
            for (int index = 0; index < count; index++) {
                writeArgb(argb[from + index], rgb, 3 * index);
            }
        }
    }
}
