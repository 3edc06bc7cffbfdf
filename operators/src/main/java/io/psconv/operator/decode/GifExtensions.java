package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;
import java.util.Arrays;

/**
 * Leaves out what a GIF has before its first image and does not need: comments and what programs
 * add.
 *
 * <p>ImageIO gathers a comment of many blocks by copying all of it for each, so that 16 MiB of
 * comment would take it minutes.
 */
final class GifExtensions {
    private static final int HEADER_BYTES = 13;
    private static final int FLAGS_OFFSET = 10;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;

    /** An extension of 4 bytes with its introducer, label, length and end. */
    private static final int GRAPHIC_CONTROL_BYTES = 8;

    private GifExtensions() {}

    /**
     * The same image without them; the payload itself if it has none.
     *
     * <p>Of the graphic controls, which say what is transparent, the last one stays, which counts.
     *
     * @throws UndecodableFrameException if the payload ends inside of an extension
     */
    static byte[] without(byte[] payload) throws UndecodableFrameException {
        if (payload.length < HEADER_BYTES) {
            return payload;
        }
        int start = HEADER_BYTES + paletteBytes(payload[FLAGS_OFFSET]);
        int at = start;
        int control = -1;
        while (at < payload.length && payload[at] == EXTENSION) {
            int end = endOfExtension(payload, at);
            if (isGraphicControl(payload, at, end)) {
                control = at;
            }
            at = end;
        }
        boolean controlAlone = control == start && at == start + GRAPHIC_CONTROL_BYTES;
        return at <= start || controlAlone ? payload : joined(payload, start, control, at);
    }

    private static int paletteBytes(byte flags) {
        return flags < 0 ? 3 * (2 << (flags & 7)) : 0;
    }

    private static boolean isGraphicControl(byte[] payload, int at, int end) {
        return end - at == GRAPHIC_CONTROL_BYTES
                && (payload[at + 1] & 0xff) == GRAPHIC_CONTROL
                && payload[at + 2] == 4;
    }

    /** Behind the empty block that ends an extension. */
    private static int endOfExtension(byte[] payload, int extension)
            throws UndecodableFrameException {
        int at = extension + 2;
        while (at < payload.length && payload[at] != 0) {
            at += 1 + (payload[at] & 0xff);
        }
        if (at >= payload.length) {
            throw new UndecodableFrameException(
                    RejectionReason.CORRUPT_IMAGE,
                    "GIF could not be decoded: it ends inside of an extension; check that it opens"
                            + " in an image viewer");
        }
        return at + 1;
    }

    private static byte[] joined(byte[] payload, int start, int control, int image) {
        int kept = control < 0 ? 0 : GRAPHIC_CONTROL_BYTES;
        byte[] joined = Arrays.copyOf(payload, start + kept + payload.length - image);
        if (control >= 0) {
            System.arraycopy(payload, control, joined, start, kept);
        }
        System.arraycopy(payload, image, joined, start + kept, payload.length - image);
        return joined;
    }
}
