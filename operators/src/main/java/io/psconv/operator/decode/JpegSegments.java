package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;

/**
 * Counts a JPEG's segments and scans before it is decoded, since neither is bounded by its size.
 *
 * <p>Every scan of a progressive JPEG is a pass over all pixels, whatever few bytes it has; and
 * decoders keep segments of some kinds in a list that they walk for each further one, so that the
 * time grows with the square of their number.
 *
 * <p>Markers are followed as libjpeg follows them, so that nothing hides from the count: it skips
 * to the next {@code 0xff} behind which there is neither zero nor {@code 0xff}, passes over the
 * length of those markers that have one, and ends at the end-of-image marker, behind which previews
 * may lie.
 */
final class JpegSegments {
    /** A kind of its own has at most 255 parts; 16 MiB of 64 KiB each are 256. */
    static final int MOST_SEGMENTS = 1024;

    /** So many scans are what encoders make; more count as more pixels. */
    static final int USUAL_SCANS = 16;

    private static final int FIRST_WITH_LENGTH = 0xc0;
    private static final int FIRST_RESTART = 0xd0;
    private static final int START_OF_IMAGE = 0xd8;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int START_OF_SCAN = 0xda;

    private JpegSegments() {}

    /**
     * Checks an image and counts its scans.
     *
     * @param maxScans scans that it may have
     * @return the number of scans up to the end of the image, or of the payload
     * @throws UndecodableFrameException if there are too many scans or segments
     */
    static int check(byte[] payload, int maxScans) throws UndecodableFrameException {
        int scans = 0;
        int segments = 0;
        int at = 2;
        while (true) {
            at = afterNextMarker(payload, at);
            if (at < 0) {
                return scans;
            }
            int marker = payload[at - 1] & 0xff;
            if (marker == END_OF_IMAGE) {
                return scans;
            }
            if (!hasLength(marker)) {
                continue;
            }
            if (++segments > MOST_SEGMENTS) {
                throw tooManySegments();
            }
            if (marker == START_OF_SCAN && ++scans > maxScans) {
                throw tooManyScans(maxScans);
            }
            if (at + 2 > payload.length) {
                return scans;
            }
            // A length under 2 is an error to the decoder.
            at += Math.max(2, ((payload[at] & 0xff) << 8) | (payload[at + 1] & 0xff));
        }
    }

    /** How many times its pixels an image of so many scans counts against the limit of pixels. */
    static int passes(int scans) {
        return Math.max(1, (scans + USUAL_SCANS - 1) / USUAL_SCANS);
    }

    /** The place behind the code of the first marker from {@code start} on, or -1. */
    private static int afterNextMarker(byte[] payload, int start) {
        for (int at = start; at + 1 < payload.length; at++) {
            if (payload[at] == (byte) 0xff && payload[at + 1] != 0 && payload[at + 1] != -1) {
                return at + 2;
            }
        }
        return -1;
    }

    /** The others stand alone, inside a scan, or end the decoding as unknown. */
    private static boolean hasLength(int marker) {
        return marker >= FIRST_WITH_LENGTH && (marker < FIRST_RESTART || marker > START_OF_IMAGE);
    }

    private static UndecodableFrameException tooManyScans(int maxScans) {
        return new UndecodableFrameException(
                RejectionReason.TOO_MANY_SCANS,
                "image has more than "
                        + maxScans
                        + " scans, each of which is a pass over all pixels; send a baseline JPEG or"
                        + " raise the limit");
    }

    private static UndecodableFrameException tooManySegments() {
        return new UndecodableFrameException(
                RejectionReason.CORRUPT_IMAGE,
                "JPEG could not be decoded: it has more than "
                        + MOST_SEGMENTS
                        + " segments; save it again without what is not part of the picture");
    }
}
