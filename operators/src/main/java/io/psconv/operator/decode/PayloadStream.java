package io.psconv.operator.decode;

import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Reads one payload after another where it lies, so that no frame is copied or cached in a file.
 *
 * <p>Unlike the streams of ImageIO it is used again after {@link #open}, which forgets all marks
 * and the byte order that another reader left.
 */
final class PayloadStream extends ImageInputStreamImpl {
    private static final byte[] NOTHING = {};

    private byte[] payload = NOTHING;
    private long[] marks = new long[8];
    private int markCount;

    /** Starts at the first byte of {@code opened}, which is not modified. */
    void open(byte[] opened) {
        payload = opened;
        streamPos = 0;
        flushedPos = 0;
        bitOffset = 0;
        markCount = 0;
        // Readers of BMP and GIF turn it round, and the one of PNG takes it as it is.
        byteOrder = ByteOrder.BIG_ENDIAN;
    }

    /** Lets go of the payload. */
    void release() {
        open(NOTHING);
    }

    @Override
    public int read() {
        bitOffset = 0;
        return streamPos < payload.length ? payload[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        if (streamPos >= payload.length) {
            return -1;
        }
        int count = (int) Math.min(length, payload.length - streamPos);
        System.arraycopy(payload, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return payload.length;
    }

    @Override
    public boolean isCached() {
        return true;
    }

    @Override
    public boolean isCachedMemory() {
        return true;
    }

    @Override
    public void mark() {
        if (2 * markCount == marks.length) {
            marks = Arrays.copyOf(marks, 2 * marks.length);
        }
        marks[2 * markCount] = streamPos;
        marks[2 * markCount + 1] = bitOffset;
        markCount++;
    }

    @Override
    public void reset() {
        if (markCount > 0) {
            markCount--;
            streamPos = marks[2 * markCount];
            bitOffset = (int) marks[2 * markCount + 1];
        }
    }
}
