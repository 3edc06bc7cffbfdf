package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;

/** The check of what an image declares, before anything of its size is allocated. */
final class PixelLimit {
    private PixelLimit() {}

    /**
     * Checks an image's sides, and its pixels times the passes that decoding makes over them.
     *
     * @param passes at least 1
     */
    static void check(int width, int height, int passes, int maxPixels)
            throws UndecodableFrameException {
        long pixels = (long) width * height;
        if (pixels > maxPixels) {
            throw new UndecodableFrameException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "image declares "
                            + width
                            + "x"
                            + height
                            + " = "
                            + pixels
                            + " pixels but at most "
                            + maxPixels
                            + " are allowed; send a smaller one or raise the limit");
        }
        if (width > DecodeLimits.LONGEST_SIDE || height > DecodeLimits.LONGEST_SIDE) {
            throw new UndecodableFrameException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "image declares "
                            + width
                            + "x"
                            + height
                            + " pixels but a side may have at most "
                            + DecodeLimits.LONGEST_SIDE
                            + "; send a smaller one");
        }
        if (pixels * passes > maxPixels) {
            throw new UndecodableFrameException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "image declares "
                            + width
                            + "x"
                            + height
                            + " = "
                            + pixels
                            + " pixels, which count "
                            + passes
                            + " times for its many scans, but at most "
                            + maxPixels
                            + " are allowed; send a baseline JPEG or raise the limit");
        }
    }
}
