package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * An image as red, green and blue planes of bytes.
 *
 * @param pixels {@code (3, height, width)}, unsigned
 */
record PlanarImage(int height, int width, byte[] pixels) {
    private static final int CHANNELS = 3;

    /**
     * Takes the colours of a decoded image; transparency is dropped.
     *
     * <p>Grey samples are taken as they are: asked for RGB, {@link BufferedImage} would treat them
     * as linear and brighten them.
     */
    static PlanarImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] pixels = new byte[CHANNELS * height * width];
        int plane = height * width;
        ColorModel model = image.getColorModel();
        if (model.getNumColorComponents() == 1 && !(model instanceof IndexColorModel)) {
            copyGrey(image.getRaster(), model.getComponentSize(0), pixels, plane);
        } else {
            int[] row = new int[width];
            for (int y = 0; y < height; y++) {
                image.getRGB(0, y, width, 1, row, 0, width);
                for (int x = 0; x < width; x++) {
                    int at = y * width + x;
                    pixels[at] = (byte) (row[x] >> 16);
                    pixels[plane + at] = (byte) (row[x] >> 8);
                    pixels[2 * plane + at] = (byte) row[x];
                }
            }
        }
        return new PlanarImage(height, width, pixels);
    }

    private static void copyGrey(Raster raster, int bits, byte[] pixels, int plane) {
        int width = raster.getWidth();
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                byte grey = (byte) (bits > Byte.SIZE ? row[x] >> (bits - Byte.SIZE) : row[x]);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    pixels[channel * plane + y * width + x] = grey;
                }
            }
        }
    }

    /**
     * Writes the image at another size: each new pixel is the mean over the area it covers.
     *
     * @param shape 3 channels; its sides need not be in the image's proportion
     */
    void resizeTo(FeatureShape shape, byte[] target, int offset) {
        if (shape.height() == height && shape.width() == width) {
            System.arraycopy(pixels, 0, target, offset, pixels.length);
            return;
        }
        double rows = (double) height / shape.height();
        double columns = (double) width / shape.width();
        int written = offset;
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    double mean =
                            mean(channel, y * rows, (y + 1) * rows, x * columns, (x + 1) * columns);
                    target[written++] = (byte) Math.min(255, Math.round(mean));
                }
            }
        }
    }

    private double mean(int channel, double top, double bottom, double left, double right) {
        double sum = 0;
        double area = 0;
        for (int y = (int) top; y < Math.min(height, bottom); y++) {
            double rowWeight = Math.min(bottom, y + 1) - Math.max(top, y);
            for (int x = (int) left; x < Math.min(width, right); x++) {
                double weight = rowWeight * (Math.min(right, x + 1) - Math.max(left, x));
                sum += weight * (pixels[(channel * height + y) * width + x] & 0xff);
                area += weight;
            }
        }
        return sum / area;
    }
}
