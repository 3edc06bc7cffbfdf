package io.psconv.model.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The IHDR chunk of a PNG file (ISO/IEC 15948, Sec. 11.2.2).
 *
 * @param colourType 2 for RGB
 */
record PngHeader(int width, int height, int bitDepth, int colourType) {
    private static final long SIGNATURE = 0x89504e470d0a1a0aL;
    private static final int IHDR = 0x49484452;
    private static final int BYTES = 26;
    private static final int RGB = 2;

    static PngHeader read(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(BYTES);
        }
        ByteBuffer buffer = ByteBuffer.wrap(start);
        if (start.length < BYTES || buffer.getLong() != SIGNATURE || buffer.getInt(12) != IHDR) {
            throw new IOException("'" + file + "' is no PNG file; fetch it again");
        }
        PngHeader header =
                new PngHeader(buffer.getInt(16), buffer.getInt(20), buffer.get(24), buffer.get(25));
        if (header.width() < 1 || header.height() < 1) {
            throw new IOException(
                    "'" + file + "' was " + header + " but width and height must be at least 1");
        }
        return header;
    }

    boolean isRgb8() {
        return bitDepth == Byte.SIZE && colourType == RGB;
    }

    @Override
    public String toString() {
        return width + "x" + height + " of " + bitDepth + " bits, colour type " + colourType;
    }
}
