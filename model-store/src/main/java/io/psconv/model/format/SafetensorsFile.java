package io.psconv.model.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file whose header has been checked; made by {@link SafetensorsReader}.
 *
 * <p>Holds the bytes of the file; a tensor is decoded when asked for. Immutable and safe to share.
 */
public final class SafetensorsFile {
    private final byte[] bytes;
    private final Map<String, String> metadata;
    private final Map<String, Integer> metadataOffsets;
    private final Map<String, TensorEntry> tensors;

    SafetensorsFile(
            byte[] bytes,
            Map<String, String> metadata,
            Map<String, Integer> metadataOffsets,
            Map<String, TensorEntry> tensors) {
        this.bytes = bytes;
        this.metadata = Collections.unmodifiableMap(metadata);
        this.metadataOffsets = metadataOffsets;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /** The entries of {@code __metadata__}, in the order of the header. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors by name, in the order of the header. */
    public Map<String, TensorEntry> tensors() {
        return tensors;
    }

    /** Byte of the file where the value of a metadata key begins, or where the header does. */
    public long metadataOffset(String key) {
        return metadataOffsets.getOrDefault(key, SafetensorsReader.PREFIX_BYTES);
    }

    /**
     * Finds a tensor.
     *
     * @throws MalformedModelException if there is none of that name
     */
    public TensorEntry tensor(String name) throws MalformedModelException {
        @Nullable TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw new MalformedModelException(
                    "tensor '" + name + "' is missing; export the model again",
                    SafetensorsReader.PREFIX_BYTES);
        }
        return entry;
    }

    /**
     * Decodes a tensor of F32, F16 or BF16; each value is exact.
     *
     * @throws MalformedModelException if the tensor is of another type
     */
    public float[] floats(TensorEntry entry) throws MalformedModelException {
        ByteBuffer data =
                ByteBuffer.wrap(bytes, entry.offset(), entry.length())
                        .order(ByteOrder.LITTLE_ENDIAN);
        return switch (entry.type()) {
            case F32 -> single(data.asFloatBuffer());
            case F16 -> half(data.asShortBuffer());
            case BF16 -> brain(data.asShortBuffer());
            default ->
                    throw new MalformedModelException(
                            "dtype of tensor '"
                                    + entry.name()
                                    + "' was '"
                                    + entry.type()
                                    + "' but weights must be one of "
                                    + TensorType.real()
                                    + "; convert the tensor",
                            entry.offset());
        };
    }

    /** Copies the bytes of a tensor as they are stored, little-endian. */
    public byte[] bytes(TensorEntry entry) {
        return Arrays.copyOfRange(bytes, entry.offset(), entry.end());
    }

    private static float[] single(FloatBuffer data) {
        float[] values = new float[data.remaining()];
        data.get(values);
        return values;
    }

    private static float[] half(ShortBuffer data) {
        float[] values = new float[data.remaining()];
        for (int index = 0; index < values.length; index++) {
            values[index] = HalfPrecision.widen(data.get(index));
        }
        return values;
    }

    private static float[] brain(ShortBuffer data) {
        float[] values = new float[data.remaining()];
        for (int index = 0; index < values.length; index++) {
            values[index] = Float.intBitsToFloat(data.get(index) << 16);
        }
        return values;
    }
}
