package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;

/** The check of what an image declares, before anything of its size is allocated. */
final class PixelLimit {
    private PixelLimit() {}

    static void check(int width, int height, int maxPixels) throws UndecodableFrameException {
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
    }
}
