package io.psconv.model.format;

import java.util.List;

/**
 * Where a tensor lies in a safetensors file.
 *
 * @param shape dimensions, none negative; empty for a single value
 * @param offset first byte, counted from the start of the file
 * @param length bytes, equal to the elements of {@code shape} times those of {@code type}
 */
public record TensorEntry(
        String name, TensorType type, List<Integer> shape, int offset, int length) {
    /** Most dimensions that are accepted. */
    static final int MAX_DIMENSIONS = 8;

    public TensorEntry {
        shape = List.copyOf(shape);
        long needed = byteLength(type, shape);
        if (needed != length) {
            throw new IllegalArgumentException(
                    "length of tensor '"
                            + name
                            + "' was '"
                            + length
                            + "' but shape "
                            + shape
                            + " of "
                            + type
                            + " takes "
                            + needed
                            + " bytes");
        }
        if (offset < 0 || offset > Integer.MAX_VALUE - length) {
            throw new IllegalArgumentException(
                    "offset of tensor '"
                            + name
                            + "' was '"
                            + offset
                            + "' but the tensor must end below 2 GiB");
        }
    }

    /** First byte behind the tensor. */
    public int end() {
        return offset + length;
    }

    /** Number of values. */
    public int elements() {
        return length / type.bytes();
    }

    /**
     * Bytes that a tensor takes.
     *
     * @throws IllegalArgumentException if a dimension is negative, there are too many, or the
     *     product does not fit a {@code long}
     */
    static long byteLength(TensorType type, List<Integer> shape) {
        if (shape.size() > MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "shape was '"
                            + shape
                            + "' but it must have at most "
                            + MAX_DIMENSIONS
                            + " dimensions");
        }
        long length = type.bytes();
        for (int dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException(
                        "shape was '" + shape + "' but no dimension may be negative");
            }
            if (dimension > 0 && length > Long.MAX_VALUE / dimension) {
                throw new IllegalArgumentException(
                        "shape was '" + shape + "' but its elements are beyond counting");
            }
            length *= dimension;
        }
        return length;
    }
}
