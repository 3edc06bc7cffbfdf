package io.psconv.operator.decode;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import io.psconv.operator.record.Crop;
import org.jspecify.annotations.Nullable;

/**
 * Rows of an image to normalised NCHW input of one size, resized where the sizes differ.
 *
 * <p>Without resizing every value comes from {@link Normalisation#table}; a resized value that is a
 * whole number is normalised to the same bits. Keeps buffers; not for several threads.
 */
final class InputWriter {
    private static final int CHANNELS = 3;

    private final FeatureShape input;
    private final float[][] tables = new float[CHANNELS][];
    private final float[] mean = new float[CHANNELS];
    private final float[] standardDeviation = new float[CHANNELS];
    private byte[] row = {};
    private @Nullable AreaAverage average;

    InputWriter(FeatureShape input, Normalisation normalisation) {
        if (input.channels() != CHANNELS) {
            throw new IllegalArgumentException(
                    "input shape was '" + input + "' but frames have 3 channels: red, green, blue");
        }
        if (normalisation.mean().size() != CHANNELS) {
            throw new IllegalArgumentException(
                    "normalisation was for '"
                            + normalisation.mean().size()
                            + "' channels but frames have 3: red, green, blue");
        }
        this.input = input;
        for (int channel = 0; channel < CHANNELS; channel++) {
            tables[channel] = normalisation.table(channel);
            mean[channel] = normalisation.mean().get(channel);
            standardDeviation[channel] = normalisation.standardDeviation().get(channel);
        }
    }

    /** Writes {@code part} of an image; it lies within the image. */
    void write(RgbRows rows, Crop part, float[] output, int offset) {
        if (row.length < CHANNELS * part.width()) {
            row = new byte[CHANNELS * part.width()];
        }
        if (part.width() == input.width() && part.height() == input.height()) {
            copy(rows, part, output, offset);
        } else {
            resize(rows, part, output, offset);
        }
    }

    private void copy(RgbRows rows, Crop part, float[] output, int offset) {
        int plane = part.width() * part.height();
        float[] red = tables[0];
        float[] green = tables[1];
        float[] blue = tables[2];
        int to = offset;
        for (int y = 0; y < part.height(); y++) {
            rows.read(part.top() + y, part.left(), part.width(), row);
            for (int at = 0; at < CHANNELS * part.width(); at += CHANNELS) {
                output[to] = red[row[at] & 0xff];
                output[to + plane] = green[row[at + 1] & 0xff];
                output[to + 2 * plane] = blue[row[at + 2] & 0xff];
                to++;
            }
        }
    }

    private void resize(RgbRows rows, Crop part, float[] output, int offset) {
        AreaAverage sums = averageFrom(part);
        sums.start();
        for (int y = 0; y < part.height(); y++) {
            rows.read(part.top() + y, part.left(), part.width(), row);
            sums.add(y, row);
        }
        int to = offset;
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int y = 0; y < input.height(); y++) {
                for (int x = 0; x < input.width(); x++) {
                    output[to++] = normalise(channel, sums.mean(channel, y, x));
                }
            }
        }
    }

    /** The expression of {@link Normalisation#table}, in the same order. */
    private float normalise(int channel, float value) {
        return (value / 255f - mean[channel]) / standardDeviation[channel];
    }

    private AreaAverage averageFrom(Crop part) {
        AreaAverage kept = average;
        if (kept == null || !kept.resizesFrom(part.width(), part.height())) {
            kept = new AreaAverage(part.width(), part.height(), input.width(), input.height());
            average = kept;
        }
        return kept;
    }
}
