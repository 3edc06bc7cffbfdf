package io.psconv.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts concatenated JPEGs, as cameras and {@code ffmpeg -f mjpeg} write them, into frames.
 *
 * <p>Segments are stepped over by their length, so a thumbnail inside one does not end a frame.
 * Bytes between frames are skipped. Reads as it goes; not for several threads.
 */
public final class MotionJpeg implements AutoCloseable {
    private static final int MARKER = 0xFF;
    private static final int START_OF_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;
    private static final int TEMPORARY = 0x01;
    private static final int MAX_FRAME_BYTES = 64 << 20;

    private final InputStream in;
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream(64 << 10);
    private long position;
    private long frameStart;
    private int frames;

    /** A splitter of a stream, which it closes. */
    public MotionJpeg(InputStream in) {
        this.in = new BufferedInputStream(in, 64 << 10);
    }

    /**
     * The next frame, with its markers.
     *
     * @return null after the last
     * @throws EOFException if the stream ends within a frame
     * @throws IOException if it cannot be read, or a frame is longer than 64 MiB
     */
    public byte @Nullable [] next() throws IOException {
        if (!skipToStart()) {
            return null;
        }
        frameStart = position - 2;
        frame.reset();
        frame.write(MARKER);
        frame.write(START_OF_IMAGE);
        int marker = nextMarker();
        while (marker != END_OF_IMAGE) {
            if (!standsAlone(marker)) {
                copySegment();
            }
            marker = marker == START_OF_SCAN ? skipScan() : nextMarker();
        }
        frames++;
        return frame.toByteArray();
    }

    /** Reads to the start of an image; false at the end of the stream. */
    private boolean skipToStart() throws IOException {
        int previous = -1;
        for (int read = read(); read >= 0; read = read()) {
            if (previous == MARKER && read == START_OF_IMAGE) {
                return true;
            }
            previous = read;
        }
        return false;
    }

    private int nextMarker() throws IOException {
        int read = copy();
        while (read != MARKER) {
            read = copy();
        }
        while (read == MARKER) {
            read = copy();
        }
        return read;
    }

    /** Copies entropy-coded data, in which FF is followed by 00 or by a restart, to its end. */
    private int skipScan() throws IOException {
        int marker = nextMarker();
        while (marker == 0 || (marker >= FIRST_RESTART && marker <= LAST_RESTART)) {
            marker = nextMarker();
        }
        return marker;
    }

    private static boolean standsAlone(int marker) {
        return marker == 0
                || marker == TEMPORARY
                || (marker >= FIRST_RESTART && marker <= START_OF_IMAGE);
    }

    private void copySegment() throws IOException {
        int length = copy() << 8 | copy();
        for (int i = 2; i < length; i++) {
            copy();
        }
    }

    private int copy() throws IOException {
        int read = read();
        if (read < 0) {
            throw new EOFException(
                    "motion JPEG ends within frame "
                            + (frames + 1)
                            + ", which starts at byte "
                            + frameStart
                            + "; cut the file there");
        }
        if (frame.size() == MAX_FRAME_BYTES) {
            throw new IOException(
                    "frame "
                            + (frames + 1)
                            + ", which starts at byte "
                            + frameStart
                            + ", has more than "
                            + MAX_FRAME_BYTES
                            + " bytes; is this motion JPEG?");
        }
        frame.write(read);
        return read;
    }

    private int read() throws IOException {
        int read = in.read();
        position++;
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
