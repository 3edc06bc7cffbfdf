package io.psconv.model.cuda;

import io.psconv.model.format.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as a device reads them, little-endian. */
final class Bytes {
    private Bytes() {}

    static byte[] of(int[] values) {
        byte[] bytes = new byte[values.length * Integer.BYTES];
        wrap(bytes).asIntBuffer().put(values);
        return bytes;
    }

    static byte[] of(float[] values) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        wrap(bytes).asFloatBuffer().put(values);
        return bytes;
    }

    /** Rounded to half precision. */
    static byte[] halves(float[] values) {
        byte[] bytes = new byte[values.length * Short.BYTES];
        ByteBuffer buffer = wrap(bytes);
        for (float value : values) {
            buffer.putShort(HalfPrecision.narrow(value));
        }
        return bytes;
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
