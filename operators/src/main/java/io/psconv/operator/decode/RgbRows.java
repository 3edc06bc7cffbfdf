package io.psconv.operator.decode;

/** An image of which rows are read as interleaved 8-bit red, green and blue. */
interface RgbRows {
    int width();

    int height();

    /**
     * Writes {@code 3 * count} values of the pixels from {@code left} on in row {@code y} to the
     * start of {@code rgb}; pixels that are not opaque as they look over black.
     */
    void read(int y, int left, int count, byte[] rgb);
}
