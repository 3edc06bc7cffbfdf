package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Width and height of raw pixels, declared as {@code image/x-raw-rgb;width=32;height=32}: rows from
 * the top, pixels from the left, a byte each of red, green and blue, nothing between them.
 *
 * <p>Parameters come in any order and case, and with spaces around them; others are refused, since
 * one that changes the layout would otherwise be misread.
 */
record RawShape(int width, int height) {
    /** The content type of raw pixels, without its parameters. */
    static final String CONTENT_TYPE = "image/x-raw-rgb";

    static final int BYTES_PER_PIXEL = 3;

    private static final int MAX_QUOTED = 100;

    /** Bytes of so many pixels. */
    long bytes() {
        return (long) width * height * BYTES_PER_PIXEL;
    }

    static boolean isDeclaredBy(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().equalsIgnoreCase(CONTENT_TYPE);
    }

    /**
     * Reads the parameters of a content type.
     *
     * @throws UndecodableFrameException if they are not one width and one height of at least 1
     */
    static RawShape of(String contentType) throws UndecodableFrameException {
        int width = 0;
        int height = 0;
        String[] parts = contentType.split(";", -1);
        for (int index = 1; index < parts.length; index++) {
            String part = parts[index].strip().toLowerCase(Locale.ROOT);
            if (part.startsWith("width=") && width == 0) {
                width = side(part.substring("width=".length()), contentType);
            } else if (part.startsWith("height=") && height == 0) {
                height = side(part.substring("height=".length()), contentType);
            } else {
                throw unreadable(contentType);
            }
        }
        if (width == 0 || height == 0) {
            throw unreadable(contentType);
        }
        return new RawShape(width, height);
    }

    private static int side(String digits, String contentType) throws UndecodableFrameException {
        try {
            int side = Integer.parseInt(digits.strip());
            if (side >= 1) {
                return side;
            }
        } catch (NumberFormatException notANumber) {
            throw unreadable(contentType);
        }
        throw unreadable(contentType);
    }

    private static UndecodableFrameException unreadable(String contentType) {
        String quoted =
                contentType.length() <= MAX_QUOTED
                        ? contentType
                        : contentType.substring(0, MAX_QUOTED) + "…";
        return new UndecodableFrameException(
                RejectionReason.BAD_RAW_SHAPE,
                "content type was '"
                        + quoted
                        + "' but it must give width and height once each, both at least 1, and"
                        + " nothing else, like '"
                        + CONTENT_TYPE
                        + ";width=32;height=32'");
    }
}
