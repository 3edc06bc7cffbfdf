package io.psconv.operator.decode;

import java.io.Serializable;

/**
 * How large an image may be; both limits are checked before pixels are decoded.
 *
 * @param maxPixels width × height that the image declares, at least 1 and at most {@link
 *     #MOST_PIXELS}; decoding takes 1 to 8 bytes a pixel
 * @param maxBytes bytes of the payload, at least 1
 */
public record DecodeLimits(int maxPixels, int maxBytes) implements Serializable {
    /** 16,384 × 16,384; the bytes of more do not fit an array. */
    public static final int MOST_PIXELS = 1 << 28;

    public DecodeLimits {
        if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
            throw new IllegalArgumentException(
                    "maximum of pixels was '"
                            + maxPixels
                            + "' but it must be between 1 and "
                            + MOST_PIXELS);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException(
                    "maximum of bytes was '" + maxBytes + "' but it must be at least 1");
        }
    }
}
