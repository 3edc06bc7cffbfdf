package io.psconv.model.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes safetensors files: the same content always becomes the same bytes.
 *
 * <p>Metadata is sorted by key. Tensors keep the order in which they were added, those of wider
 * elements first, behind a header padded with spaces to a multiple of eight: so each is aligned to
 * its elements.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final int CHUNK_BYTES = 1 << 16;

    private final SortedMap<String, String> metadata = new TreeMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** Adds an entry to {@code __metadata__}, replacing one of the same key. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Adds a tensor of numbers.
     *
     * @param type F32, or F16 to round each value to the nearest
     * @param values kept until written, not modified
     * @throws IllegalArgumentException if the type is another, a value is beyond it, the shape
     *     disagrees with the length, or the name is taken
     */
    public SafetensorsWriter floats(
            String name, TensorType type, List<Integer> shape, float[] values) {
        if (type != TensorType.F32 && type != TensorType.F16) {
            throw new IllegalArgumentException(
                    "dtype of tensor '" + name + "' was '" + type + "' but it must be F32 or F16");
        }
        if (type == TensorType.F16) {
            checkHalf(name, values);
        }
        add(name, type, shape, (long) values.length * type.bytes(), new FloatContent(type, values));
        return this;
    }

    /**
     * Adds a tensor of bytes that are laid out already, little-endian.
     *
     * @param values kept until written, not modified
     * @throws IllegalArgumentException if the shape disagrees with the length, or the name is taken
     */
    public SafetensorsWriter bytes(
            String name, TensorType type, List<Integer> shape, byte[] values) {
        add(name, type, shape, values.length, out -> out.write(values));
        return this;
    }

    /** Writes the file and leaves the stream open. */
    public void write(OutputStream out) throws IOException {
        List<Tensor> ordered =
                tensors.values().stream()
                        .sorted(Comparator.comparingInt((Tensor tensor) -> -tensor.type().bytes()))
                        .toList();
        byte[] header = header(ordered);
        out.write(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .array());
        out.write(header);
        for (Tensor tensor : ordered) {
            tensor.content().write(out);
        }
    }

    private void add(
            String name, TensorType type, List<Integer> shape, long length, Content content) {
        long needed = TensorEntry.byteLength(type, shape);
        if (needed != length) {
            throw new IllegalArgumentException(
                    "tensor '"
                            + name
                            + "' had '"
                            + length
                            + "' bytes but shape "
                            + shape
                            + " of "
                            + type
                            + " takes "
                            + needed);
        }
        if (tensors.putIfAbsent(name, new Tensor(name, type, List.copyOf(shape), length, content))
                != null) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' was added twice but a name must be unique");
        }
    }

    private byte[] header(List<Tensor> ordered) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long begin = 0;
            for (Tensor tensor : ordered) {
                json.writeObjectFieldStart(tensor.name());
                json.writeStringField("dtype", tensor.type().name());
                json.writeFieldName("shape");
                int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
                json.writeArray(shape, 0, shape.length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {begin, begin + tensor.length()}, 0, 2);
                json.writeEndObject();
                begin += tensor.length();
            }
            json.writeEndObject();
        }
        int padding = (ALIGNMENT - bytes.size() % ALIGNMENT) % ALIGNMENT;
        bytes.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private static void checkHalf(String name, float[] values) {
        for (int index = 0; index < values.length; index++) {
            if (Float.isFinite(values[index])
                    && Math.abs(values[index]) > HalfPrecision.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "value "
                                + index
                                + " of tensor '"
                                + name
                                + "' was '"
                                + values[index]
                                + "' but F16 ends at 65504; store it as F32");
            }
        }
    }

    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    private record Tensor(
            String name, TensorType type, List<Integer> shape, long length, Content content) {}

    private record FloatContent(TensorType type, float[] values) implements Content {
        @Override
        public void write(OutputStream out) throws IOException {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                if (type == TensorType.F16) {
                    chunk.putShort(HalfPrecision.narrow(value));
                } else {
                    chunk.putFloat(value);
                }
                if (!chunk.hasRemaining()) {
                    out.write(chunk.array());
                    chunk.clear();
                }
            }
            out.write(chunk.array(), 0, chunk.position());
        }
    }
}
