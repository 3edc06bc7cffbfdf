package io.psconv.model.convolution;

/**
 * Pixels where they lie: for stride 1, where zeros lie around them at the distances of a kernel.
 *
 * <p>No copy, but a vector reads two cache lines, and the zero behind each row takes part.
 */
final class RowSource implements PixelSource {
    private final FeatureMaps input;

    RowSource(FeatureMaps input) {
        this.input = input;
    }

    @Override
    public String family() {
        return "rows";
    }

    @Override
    public int stripPositions() {
        return input.positions();
    }

    @Override
    public void gather(int from, int to, int part, int parts) {
        // Pixels are read where they lie.
    }

    @Override
    public float[] values() {
        return input.values();
    }

    @Override
    public int base(int position) {
        return input.origin(0) + position;
    }

    @Override
    public int distance(int channel, int tap) {
        return channel * input.channelStride() + (tap / 3 - 1) * input.rowStride() + tap % 3 - 1;
    }
}
