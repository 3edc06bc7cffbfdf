package io.psconv.tests.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Puts JPEGs together that no encoder writes. */
final class JpegParts {
    private static final int FRAME_HEADER = 0xc0;
    private static final int START_OF_SCAN = 0xda;
    private static final byte[] END = {(byte) 0xff, (byte) 0xd9};

    private JpegParts() {}

    /** The image with something behind its first marker. */
    static byte[] behindStart(byte[] jpeg, byte[] inserted) {
        return joined(Arrays.copyOf(jpeg, 2), inserted, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** A segment with its length in front. */
    static byte[] segment(int marker, byte[] data) {
        return ByteBuffer.allocate(4 + data.length)
                .put((byte) 0xff)
                .put((byte) marker)
                .putShort((short) (2 + data.length))
                .put(data)
                .array();
    }

    /** The last scan again and again: passes that change nothing, a few bytes each. */
    static byte[] repeatedScans(byte[] progressive, int more) {
        int end = progressive.length - END.length;
        int scan = lastIndexOf(progressive, START_OF_SCAN);
        return joined(
                Arrays.copyOf(progressive, end),
                repeated(Arrays.copyOfRange(progressive, scan, end), more),
                END);
    }

    /** Another size in the frame header, baseline or progressive. */
    static byte[] resized(byte[] jpeg, int width, int height) {
        byte[] changed = jpeg.clone();
        int at = 0;
        while (!(changed[at] == (byte) 0xff
                && ((changed[at + 1] & 0xff) == FRAME_HEADER
                        || (changed[at + 1] & 0xff) == FRAME_HEADER + 2))) {
            at++;
        }
        ByteBuffer.wrap(changed).putShort(at + 5, (short) height).putShort(at + 7, (short) width);
        return changed;
    }

    static byte[] repeated(byte[] part, int count) {
        byte[] all = new byte[Math.multiplyExact(part.length, count)];
        for (int index = 0; index < count; index++) {
            System.arraycopy(part, 0, all, index * part.length, part.length);
        }
        return all;
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static int lastIndexOf(byte[] jpeg, int marker) {
        for (int at = jpeg.length - 2; at >= 0; at--) {
            if (jpeg[at] == (byte) 0xff && (jpeg[at + 1] & 0xff) == marker) {
                return at;
            }
        }
        throw new IllegalArgumentException(
                "image has no marker " + Integer.toHexString(marker) + " but must have one");
    }
}
