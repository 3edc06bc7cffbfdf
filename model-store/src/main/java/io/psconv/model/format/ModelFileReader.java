package io.psconv.model.format;

import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of {@link ModelFileWriter} and refuses all else, naming the fault.
 *
 * <p>Weights of F16 and BF16 are widened. Shapes are compared with what architecture and variant
 * mean before a tensor is decoded, so memory use is bounded by the file and the limits. Safe to
 * share between threads.
 */
public final class ModelFileReader {
    private final SafetensorsReader reader;

    /** Makes a reader with {@link ReadLimits#DEFAULT}. */
    public ModelFileReader() {
        this(ReadLimits.DEFAULT);
    }

    public ModelFileReader(ReadLimits limits) {
        this.reader = new SafetensorsReader(limits);
    }

    /**
     * Reads a model file.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if it is not a sound model of a known format version
     */
    public CompressedModel read(Path path) throws IOException, MalformedModelException {
        return read(readBytes(path));
    }

    /**
     * Reads the bytes of a model file, for a caller who wants their digest too.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if the file is larger than the limits allow
     */
    public byte[] readBytes(Path path) throws IOException, MalformedModelException {
        return reader.readBytes(path);
    }

    /**
     * Reads a model file that is in memory already.
     *
     * @throws MalformedModelException if it is not a sound model of a known format version
     */
    public CompressedModel read(byte[] bytes) throws MalformedModelException {
        SafetensorsFile file = reader.read(bytes);
        ModelHeader header = ModelHeader.read(file);
        Map<String, List<Integer>> expected = expectedTensors(file, header);
        checkNames(file, expected);
        Map<String, float[]> tensors = new HashMap<>();
        for (Map.Entry<String, List<Integer>> entry : expected.entrySet()) {
            tensors.put(entry.getKey(), weights(file, entry.getKey(), entry.getValue()));
        }
        try {
            return new CompressedModel(
                    header.network(),
                    header.variant(),
                    header.metadata(),
                    tensors,
                    golden(file, header));
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "the model contradicts itself: " + e.getMessage(),
                    SafetensorsReader.PREFIX_BYTES,
                    e);
        }
    }

    private static Map<String, List<Integer>> expectedTensors(
            SafetensorsFile file, ModelHeader header) throws MalformedModelException {
        try {
            return CompressedModel.expectedTensors(header.network(), header.variant());
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "variant does not fit the network: " + e.getMessage(),
                    file.metadataOffset(MetadataKeys.VARIANT),
                    e);
        }
    }

    private static void checkNames(SafetensorsFile file, Map<String, List<Integer>> expected)
            throws MalformedModelException {
        for (TensorEntry entry : file.tensors().values()) {
            boolean golden =
                    entry.name().equals(ModelFileWriter.GOLDEN_INPUT)
                            || entry.name().equals(ModelFileWriter.GOLDEN_LOGITS);
            if (!golden && !expected.containsKey(entry.name())) {
                throw new MalformedModelException(
                        "tensor '"
                                + entry.name()
                                + "' is not part of the network; remove it or export the model"
                                + " again",
                        entry.offset());
            }
        }
    }

    private static float[] weights(SafetensorsFile file, String name, List<Integer> shape)
            throws MalformedModelException {
        TensorEntry entry = file.tensor(name);
        checkShape(entry, shape);
        float[] values = file.floats(entry);
        for (int index = 0; index < values.length; index++) {
            if (!Float.isFinite(values[index])) {
                throw new MalformedModelException(
                        "value "
                                + index
                                + " of tensor '"
                                + name
                                + "' was '"
                                + values[index]
                                + "' but weights must be finite; train or export the model again",
                        entry.offset() + (long) index * entry.type().bytes());
            }
        }
        return values;
    }

    private static @Nullable GoldenVectors golden(SafetensorsFile file, ModelHeader header)
            throws MalformedModelException {
        boolean input = file.tensors().containsKey(ModelFileWriter.GOLDEN_INPUT);
        boolean logits = file.tensors().containsKey(ModelFileWriter.GOLDEN_LOGITS);
        @Nullable Float tolerance = header.goldenTolerance();
        if (!input && !logits && tolerance == null) {
            return null;
        }
        if (!input || !logits || tolerance == null) {
            throw new MalformedModelException(
                    "golden vectors were incomplete: they must be "
                            + ModelFileWriter.GOLDEN_INPUT
                            + ", "
                            + ModelFileWriter.GOLDEN_LOGITS
                            + " and "
                            + MetadataKeys.GOLDEN_TOLERANCE
                            + "; export the model again",
                    file.metadataOffset(MetadataKeys.GOLDEN_TOLERANCE));
        }
        return golden(file, header.network(), tolerance);
    }

    private static GoldenVectors golden(SafetensorsFile file, Network network, float tolerance)
            throws MalformedModelException {
        TensorEntry input = file.tensor(ModelFileWriter.GOLDEN_INPUT);
        TensorEntry logits = file.tensor(ModelFileWriter.GOLDEN_LOGITS);
        int count = logits.shape().isEmpty() ? 0 : logits.shape().get(0);
        FeatureShape shape = network.input();
        checkShape(logits, List.of(count, network.classes()));
        checkShape(input, List.of(count, shape.channels(), shape.height(), shape.width()));
        if (input.type() != TensorType.U8 || logits.type() != TensorType.F32) {
            throw new MalformedModelException(
                    "golden vectors were '"
                            + input.type()
                            + "' and '"
                            + logits.type()
                            + "' but the input must be U8 and the logits F32; export the model"
                            + " again",
                    input.offset());
        }
        return new GoldenVectors(count, file.bytes(input), file.floats(logits), tolerance);
    }

    private static void checkShape(TensorEntry entry, List<Integer> shape)
            throws MalformedModelException {
        if (!entry.shape().equals(shape)) {
            throw new MalformedModelException(
                    "shape of tensor '"
                            + entry.name()
                            + "' was '"
                            + entry.shape()
                            + "' but architecture and variant demand "
                            + shape
                            + "; correct the variant or export the model again",
                    entry.offset());
        }
    }
}
