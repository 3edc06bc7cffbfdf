package io.psconv.model.network;

/** Channels, height and width of one image's feature maps, without the batch. */
public record FeatureShape(int channels, int height, int width) {
    public FeatureShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "feature shape was '"
                            + channels
                            + "x"
                            + height
                            + "x"
                            + width
                            + "' but channels, height and width must be at least 1");
        }
    }

    /** Values of one image. */
    public int length() {
        return Math.multiplyExact(Math.multiplyExact(channels, height), width);
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
