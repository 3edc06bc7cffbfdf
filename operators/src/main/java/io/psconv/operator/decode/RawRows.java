package io.psconv.operator.decode;

/** Raw pixels where they lie in the payload. */
record RawRows(RawShape shape, byte[] payload) implements RgbRows {
    @Override
    public int width() {
        return shape.width();
    }

    @Override
    public int height() {
        return shape.height();
    }

    @Override
    public void read(int y, int left, int count, byte[] rgb) {
        int start = (y * shape.width() + left) * RawShape.BYTES_PER_PIXEL;
        System.arraycopy(payload, start, rgb, 0, count * RawShape.BYTES_PER_PIXEL);
    }
}
