package io.psconv.model.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Named values with their shape, the last dimension contiguous.
 *
 * @param values not to be modified
 */
record DenseTensor(String name, List<Integer> shape, float[] values) {
    DenseTensor {
        shape = List.copyOf(shape);
        long length = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "tensor '"
                            + name
                            + "' has "
                            + values.length
                            + " values but its shape is "
                            + shape);
        }
    }

    /** Values between neighbours along each dimension. */
    List<Integer> strides() {
        List<Integer> strides = new ArrayList<>();
        int stride = 1;
        for (int dimension = shape.size() - 1; dimension >= 0; dimension--) {
            strides.add(stride);
            stride *= shape.get(dimension);
        }
        Collections.reverse(strides);
        return strides;
    }

    /** The values as IEEE 754 single precision, little-endian. */
    byte[] littleEndian() {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
