package io.psconv.model.cuda;

import io.psconv.model.format.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as a device reads them, little-endian. */
final class Bytes {
    private Bytes() {}

    static byte[] of(int[] values) {
        ByteBuffer bytes = buffer(values.length * Integer.BYTES);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    static byte[] of(float[] values) {
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** Rounded to half precision. */
    static byte[] halves(float[] values) {
        ByteBuffer bytes = buffer(values.length * Short.BYTES);
        for (float value : values) {
            bytes.putShort(HalfPrecision.narrow(value));
        }
        return bytes.array();
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
