package io.psconv.model.format;

import java.util.List;

/**
 * How pixels become network input: {@code (value / 255 - mean[channel]) /
 * standardDeviation[channel]}.
 *
 * @param mean by channel, in units of the full pixel range
 * @param standardDeviation by channel, in the same units, above zero
 */
public record Normalisation(List<Float> mean, List<Float> standardDeviation) {
    public Normalisation {
        mean = List.copyOf(mean);
        standardDeviation = List.copyOf(standardDeviation);
        if (mean.size() != standardDeviation.size()) {
            throw new IllegalArgumentException(
                    "normalisation had "
                            + mean.size()
                            + " means but "
                            + standardDeviation.size()
                            + " standard deviations; give one of each a channel");
        }
        for (float value : mean) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "normalisation mean was '" + value + "' but it must be finite");
            }
        }
        for (float value : standardDeviation) {
            if (!(value > 0) || !Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "normalisation standard deviation was '"
                                + value
                                + "' but it must be above zero");
            }
        }
    }

    /** The network input for every 8-bit value of {@code channel}; length 256. */
    public float[] table(int channel) {
        float[] table = new float[256];
        for (int value = 0; value < table.length; value++) {
            table[value] = (value / 255f - mean.get(channel)) / standardDeviation.get(channel);
        }
        return table;
    }

    /**
     * Normalises whole images.
     *
     * @param pixels NCHW {@code (images, channels, height, width)}, unsigned
     * @param from first image to take
     * @param channelLength height times width
     * @param input NCHW from its start, overwritten
     */
    public void apply(byte[] pixels, int from, int images, int channelLength, float[] input) {
        int channels = mean.size();
        for (int channel = 0; channel < channels; channel++) {
            float[] table = table(channel);
            for (int image = 0; image < images; image++) {
                int to = (image * channels + channel) * channelLength;
                int read = ((from + image) * channels + channel) * channelLength;
                for (int pixel = 0; pixel < channelLength; pixel++) {
                    input[to + pixel] = table[pixels[read + pixel] & 0xFF];
                }
            }
        }
    }
}
