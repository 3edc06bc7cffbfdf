package io.psconv.operator.decode;

import org.jspecify.annotations.Nullable;

/** The encoded image formats, told by how the bytes start; never by a header's word. */
enum ImageFormat {
    JPEG("jpeg"),
    PNG("png"),
    GIF("gif"),
    BMP("bmp");

    private final String readerName;

    ImageFormat(String readerName) {
        this.readerName = readerName;
    }

    /** Name by which ImageIO finds a reader. */
    String readerName() {
        return readerName;
    }

    /** The format whose signature the bytes start with, or null. */
    static @Nullable ImageFormat of(byte[] bytes) {
        if (startsWith(bytes, 0xff, 0xd8, 0xff)) {
            return JPEG;
        }
        if (startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
            return PNG;
        }
        if (startsWith(bytes, 'G', 'I', 'F', '8', '7', 'a')
                || startsWith(bytes, 'G', 'I', 'F', '8', '9', 'a')) {
            return GIF;
        }
        return startsWith(bytes, 'B', 'M') ? BMP : null;
    }

    private static boolean startsWith(byte[] bytes, int... signature) {
        if (bytes.length < signature.length) {
            return false;
        }
        for (int index = 0; index < signature.length; index++) {
            if ((bytes[index] & 0xff) != signature[index]) {
                return false;
            }
        }
        return true;
    }
}
