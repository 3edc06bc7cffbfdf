package io.psconv.tests.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.ModelFileReader;
import io.psconv.model.format.ReadLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Any bytes are read as a sound model or refused with their fault. */
class ModelBytesFuzzTest {
    private static final int HEADER_LENGTH_BYTES = 8;
    private static final int MAX_FILE_BYTES = 1 << 21;

    private final ModelFileReader reader =
            new ModelFileReader(new ReadLimits(1 << 16, MAX_FILE_BYTES, 1000, 1000));

    @FuzzTest(maxDuration = "60s")
    void readsOrRefusesAFile(byte[] file) {
        read(file);
    }

    /**
     * Any header before as many zeros as it asks for, which no mutation of a whole file would keep.
     *
     * @param input a length, then the header
     */
    @FuzzTest(maxDuration = "60s")
    void readsOrRefusesAHeader(byte[] input) {
        if (input.length < Integer.BYTES) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        int zeros = Math.floorMod(in.getInt(), MAX_FILE_BYTES - (1 << 16));
        int header = in.remaining();
        read(
                ByteBuffer.allocate(HEADER_LENGTH_BYTES + header + zeros)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header)
                        .put(in)
                        .array());
    }

    private void read(byte[] file) {
        try {
            reader.read(file);
        } catch (MalformedModelException expected) {
            if (expected.offset() < 0 || expected.offset() > file.length) {
                throw new AssertionError("offset " + expected.offset() + " is not in the file");
            }
        }
    }
}
