package io.psconv.operator.decode;

import java.io.Serializable;

/**
 * How large an image may be and how often its pixels are gone over; all is checked before pixels
 * are decoded.
 *
 * <p>No side may be longer than {@link #LONGEST_SIDE}, since a row costs time however short it is.
 *
 * @param maxPixels width × height that the image declares, at least 1 and at most {@link
 *     #MOST_PIXELS}; decoding takes 1 to 8 bytes a pixel
 * @param maxBytes bytes of the payload, at least 1
 * @param maxScans scans of a JPEG, 1 to {@link #MOST_SCANS}; every 16 of them count as decoding all
 *     pixels once
 */
public record DecodeLimits(int maxPixels, int maxBytes, int maxScans) implements Serializable {
    /** 16,384 × 16,384; the bytes of more do not fit an array. */
    public static final int MOST_PIXELS = 1 << 28;

    /** The longest side that JPEG and GIF can declare. */
    public static final int LONGEST_SIDE = 65_535;

    /** Encoders make about ten scans, optimizers up to some forty. */
    public static final int DEFAULT_SCANS = 64;

    /** The highest limit of scans. */
    public static final int MOST_SCANS = 256;

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
        if (maxScans < 1 || maxScans > MOST_SCANS) {
            throw new IllegalArgumentException(
                    "maximum of scans was '"
                            + maxScans
                            + "' but it must be between 1 and "
                            + MOST_SCANS);
        }
    }

    /** Limits with {@link #DEFAULT_SCANS}. */
    public DecodeLimits(int maxPixels, int maxBytes) {
        this(maxPixels, maxBytes, DEFAULT_SCANS);
    }
}
