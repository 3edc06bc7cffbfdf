package io.psconv.model.convolution;

/** Lines where they lie: for stride 1, and for stride 2 where columns lie apart. */
final class LineRows implements LineSource {
    private final FeatureMaps input;
    private final int stride;

    LineRows(FeatureMaps input, int stride) {
        this.input = input;
        this.stride = stride;
    }

    @Override
    public String family() {
        return "images";
    }

    @Override
    public boolean inPlace() {
        return true;
    }

    @Override
    public void gather(int row, int part, int parts) {
        // Lines are read where they lie.
    }

    @Override
    public float[] values() {
        return input.values();
    }

    @Override
    public int base(int row) {
        return input.origin(0) + row * stride * input.rowStride();
    }

    @Override
    public int distance(int channel, int tap) {
        return channel * input.channelStride()
                + (tap / 3 - 1) * input.rowStride()
                + input.column(tap % 3 - 1);
    }
}
