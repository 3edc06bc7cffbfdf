package io.psconv.model.format;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Element types of safetensors, named as its header names them.
 *
 * <p>All are recognised, so that a file that holds them can be described; {@link #isReal} tells
 * those that {@link SafetensorsFile#floats} widens.
 */
public enum TensorType {
    BOOL(1, false),
    U8(1, false),
    I8(1, false),
    F8_E4M3(1, false),
    F8_E5M2(1, false),
    F8_E8M0(1, false),
    U16(2, false),
    I16(2, false),
    F16(2, true),
    BF16(2, true),
    U32(4, false),
    I32(4, false),
    F32(4, true),
    U64(8, false),
    I64(8, false),
    F64(8, false),
    C64(8, false);

    private final int bytes;
    private final boolean real;

    TensorType(int bytes, boolean real) {
        this.bytes = bytes;
        this.real = real;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether weights may be of this type: each value has an exact {@code float}. */
    public boolean isReal() {
        return real;
    }

    /** Finds a type by its name in a header. */
    static Optional<TensorType> find(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** The types for which {@link #isReal} holds. */
    static List<TensorType> real() {
        return Arrays.stream(values()).filter(TensorType::isReal).toList();
    }
}
