package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;

/**
 * Counts a PNG's chunks before it is decoded: each costs the decoder far more than its twelve bytes
 * of frame, even an empty one.
 */
final class PngChunks {
    /** 16 MiB of pixels in chunks of 1 KiB are a quarter of it. */
    static final int MOST_CHUNKS = 65_536;

    private static final int SIGNATURE_BYTES = 8;
    private static final int FRAME_BYTES = 12;

    private PngChunks() {}

    /** Follows lengths to the end, or to one that leads beyond it, where decoders stop too. */
    static void check(byte[] payload) throws UndecodableFrameException {
        int chunks = 0;
        long at = SIGNATURE_BYTES;
        while (at + FRAME_BYTES <= payload.length) {
            int length = intAt(payload, (int) at);
            if (length < 0) {
                return;
            }
            if (++chunks > MOST_CHUNKS) {
                throw new UndecodableFrameException(
                        RejectionReason.CORRUPT_IMAGE,
                        "PNG could not be decoded: it has more than "
                                + MOST_CHUNKS
                                + " chunks; save it again with larger ones");
            }
            at += (long) length + FRAME_BYTES;
        }
    }

    private static int intAt(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 24)
                | ((bytes[at + 1] & 0xff) << 16)
                | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }
}
