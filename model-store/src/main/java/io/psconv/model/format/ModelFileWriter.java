package io.psconv.model.format;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model as one safetensors file; the same model always becomes the same bytes.
 *
 * <p>What a file holds is said in {@code psconv.} keys of its metadata: format version,
 * architecture, variant, the supports of every sparse layer, data set, class labels, input shape,
 * normalisation, provenance. Weights of sparse layers are {@code (filters, valuesPerFilter)}
 * without any index. Golden vectors are the tensors {@code golden.input} (U8, NCHW) and {@code
 * golden.logits} (F32).
 *
 * <p>Convolution weights may be stored as F16. Batch normalization, biases and fully connected
 * layers stay F32: they are small, and running variances span more than F16 does. {@link #stored}
 * gives the model that a reader will see, so that golden vectors can be made for that one.
 */
public final class ModelFileWriter {
    static final String GOLDEN_INPUT = "golden.input";
    static final String GOLDEN_LOGITS = "golden.logits";

    private final TensorType weightType;

    /** Makes a writer that keeps every value as it is. */
    public ModelFileWriter() {
        this(TensorType.F32);
    }

    /**
     * Makes a writer that stores convolution weights in a type.
     *
     * @param weightType F32 or F16
     * @throws IllegalArgumentException for any other type
     */
    public ModelFileWriter(TensorType weightType) {
        if (weightType != TensorType.F32 && weightType != TensorType.F16) {
            throw new IllegalArgumentException(
                    "weight type was '" + weightType + "' but it must be F32 or F16");
        }
        this.weightType = weightType;
    }

    /**
     * Writes the file and leaves the stream open.
     *
     * @throws IllegalArgumentException if a weight is too large for F16
     */
    public void write(CompressedModel model, OutputStream out) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        addMetadata(model, writer);
        Set<String> narrow = narrowTensors(model);
        CompressedModel.expectedTensors(model.network(), model.variant())
                .forEach(
                        (name, shape) ->
                                writer.floats(
                                        name,
                                        narrow.contains(name) ? weightType : TensorType.F32,
                                        shape,
                                        model.tensor(name)));
        @Nullable GoldenVectors golden = model.golden();
        if (golden != null) {
            addGolden(model, golden, writer);
        }
        writer.write(out);
    }

    /** Writes the file to memory. */
    public byte[] toBytes(CompressedModel model) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(model, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The model as it will be read back: with weights rounded where they are stored as F16. */
    public CompressedModel stored(CompressedModel model) {
        if (weightType == TensorType.F32) {
            return model;
        }
        Map<String, float[]> tensors = new HashMap<>(model.tensors());
        narrowTensors(model).forEach(name -> tensors.put(name, rounded(model.tensor(name))));
        return new CompressedModel(
                model.network(), model.variant(), model.metadata(), tensors, model.golden());
    }

    private static float[] rounded(float[] values) {
        float[] rounded = new float[values.length];
        for (int index = 0; index < values.length; index++) {
            rounded[index] = HalfPrecision.widen(HalfPrecision.narrow(values[index]));
        }
        return rounded;
    }

    private static Set<String> narrowTensors(CompressedModel model) {
        Set<String> names = new HashSet<>();
        for (ConvolutionLayer layer : model.network().convolutions()) {
            names.add(layer.name() + ".weight");
        }
        return names;
    }

    private static void addMetadata(CompressedModel model, SafetensorsWriter writer) {
        writer.metadata(MetadataKeys.FORMAT_VERSION, MetadataKeys.CURRENT_VERSION)
                .metadata(
                        MetadataKeys.PATTERNS,
                        LayerPattern.write(LayerPattern.of(model.network(), model.variant())));
        ModelDescription.of(model).forEach(writer::metadata);
    }

    private static void addGolden(
            CompressedModel model, GoldenVectors golden, SafetensorsWriter writer) {
        FeatureShape input = model.network().input();
        writer.metadata(MetadataKeys.GOLDEN_TOLERANCE, Float.toString(golden.tolerance()))
                .bytes(
                        GOLDEN_INPUT,
                        TensorType.U8,
                        List.of(golden.count(), input.channels(), input.height(), input.width()),
                        golden.input())
                .floats(
                        GOLDEN_LOGITS,
                        TensorType.F32,
                        List.of(golden.count(), model.network().classes()),
                        golden.logits());
    }
}
