package io.psconv.model.format;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trained network in memory, storing only the entries its variant keeps.
 *
 * <p>Tensors are named as PyTorch does: {@code <layer>.weight}, {@code <layer>.bias}, and for batch
 * normalization {@code weight}, {@code bias}, {@code running_mean}, {@code running_var}. The weight
 * of a sparse layer is {@code (filters, valuesPerFilter)} in canonical order, that of any other
 * convolution OIHW. Not to be modified.
 *
 * @param network layers
 * @param variant supports of the sparse layers
 * @param metadata labels, normalisation, provenance
 * @param tensors values by name, exactly those of {@link #expectedTensors}, all finite
 * @param golden vectors to check an engine with, or null
 */
public record CompressedModel(
        Network network,
        Variant variant,
        ModelMetadata metadata,
        Map<String, float[]> tensors,
        @Nullable GoldenVectors golden) {
    /** Added to the running variance, as PyTorch does by default. */
    public static final float BATCH_NORMALIZATION_EPSILON = 1e-5f;

    private static final SupportPattern CENTRE =
            new SupportPattern(List.of(SupportSet.of(4)), SupportPattern.ALL_FILTERS);

    public CompressedModel {
        tensors = Map.copyOf(tensors);
        checkMetadata(network, metadata);
        checkTensors(expectedTensors(network, variant), tensors);
        if (golden != null) {
            checkGolden(network, golden);
        }
    }

    /** Shapes by tensor name, in the order of the layers. */
    public static Map<String, List<Integer>> expectedTensors(Network network, Variant variant) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        int sparseLayers = 0;
        for (Layer layer : network.layers()) {
            if (layer instanceof ConvolutionLayer convolution) {
                int filters = convolution.filters();
                if (convolution.sparse() && !variant.isDense()) {
                    LayerSupports supports =
                            variant.over(sparseLayers, filters, convolution.inChannels());
                    shapes.put(
                            layer.name() + ".weight", List.of(filters, supports.valuesPerFilter()));
                } else {
                    int size = convolution.kernelSize();
                    shapes.put(
                            layer.name() + ".weight",
                            List.of(filters, convolution.inChannels(), size, size));
                }
                sparseLayers += convolution.sparse() ? 1 : 0;
                if (convolution.bias()) {
                    shapes.put(layer.name() + ".bias", List.of(filters));
                }
                @Nullable String normalization = convolution.batchNormalization();
                if (normalization != null) {
                    for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
                        shapes.put(normalization + "." + part, List.of(filters));
                    }
                }
            } else if (layer instanceof FullyConnectedLayer connected) {
                shapes.put(
                        layer.name() + ".weight", List.of(connected.outputs(), connected.inputs()));
                shapes.put(layer.name() + ".bias", List.of(connected.outputs()));
            }
        }
        return shapes;
    }

    /**
     * Which entries of a convolution's kernels are stored: the variant's for a sparse layer, all
     * for a dense one, the centre for a 1×1 one. A 7×7 convolution counts as a 1×1 one over the
     * entries that its kernels read, as many channels as a filter has values.
     *
     * @throws IllegalArgumentException if the network has no such layer
     */
    public LayerSupports supports(ConvolutionLayer layer) {
        int sparseLayers = 0;
        for (ConvolutionLayer each : network.convolutions()) {
            if (each.equals(layer)) {
                int size = layer.kernelSize();
                if (size != 3) {
                    return CENTRE.over(layer.filters(), layer.inChannels() * size * size);
                }
                Variant own = layer.sparse() ? variant : Variant.DENSE;
                return own.over(sparseLayers, layer.filters(), layer.inChannels());
            }
            sparseLayers += each.sparse() ? 1 : 0;
        }
        throw new IllegalArgumentException(
                "convolution was '" + layer.name() + "' but the network has none like it");
    }

    /** The values of a tensor; not to be modified. */
    public float[] tensor(String name) {
        float[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalArgumentException(
                    "tensor was '" + name + "' but the model has only " + tensors.keySet());
        }
        return values;
    }

    /** The same model with other golden vectors. */
    public CompressedModel withGolden(@Nullable GoldenVectors vectors) {
        return new CompressedModel(network, variant, metadata, tensors, vectors);
    }

    private static void checkMetadata(Network network, ModelMetadata metadata) {
        if (metadata.labels().size() != network.classes()) {
            throw new IllegalArgumentException(
                    "labels were "
                            + metadata.labels().size()
                            + " but the network has "
                            + network.classes()
                            + " classes; name each class once");
        }
        if (metadata.normalisation().mean().size() != network.input().channels()) {
            throw new IllegalArgumentException(
                    "normalisation was for "
                            + metadata.normalisation().mean().size()
                            + " channels but the input has "
                            + network.input().channels());
        }
    }

    private static void checkTensors(
            Map<String, List<Integer>> expected, Map<String, float[]> tensors) {
        expected.forEach(
                (name, shape) -> {
                    float[] values = tensors.get(name);
                    long length =
                            shape.stream()
                                    .mapToLong(Integer::longValue)
                                    .reduce(1, Math::multiplyExact);
                    if (values == null) {
                        throw new IllegalArgumentException(
                                "tensor '" + name + "' of shape " + shape + " is missing");
                    }
                    if (values.length != length) {
                        throw new IllegalArgumentException(
                                "tensor '"
                                        + name
                                        + "' has "
                                        + values.length
                                        + " values but its shape is "
                                        + shape);
                    }
                    checkFinite(name, values);
                    checkVariance(name, values);
                });
        for (String name : tensors.keySet()) {
            if (!expected.containsKey(name)) {
                throw new IllegalArgumentException(
                        "tensor '" + name + "' is not part of the network; remove it");
            }
        }
    }

    private static void checkFinite(String name, float[] values) {
        for (int index = 0; index < values.length; index++) {
            if (!Float.isFinite(values[index])) {
                throw new IllegalArgumentException(
                        "value "
                                + index
                                + " of tensor '"
                                + name
                                + "' was '"
                                + values[index]
                                + "' but weights must be finite; train or export the model again");
            }
        }
    }

    private static void checkVariance(String name, float[] values) {
        if (!name.endsWith(".running_var")) {
            return;
        }
        for (int index = 0; index < values.length; index++) {
            if (values[index] < 0) {
                throw new IllegalArgumentException(
                        "value "
                                + index
                                + " of tensor '"
                                + name
                                + "' was '"
                                + values[index]
                                + "' but a variance must not be negative; train or export the model"
                                + " again");
            }
        }
    }

    private static void checkGolden(Network network, GoldenVectors golden) {
        FeatureShape input = network.input();
        if (golden.count() < 1
                || golden.input().length != (long) golden.count() * input.length()
                || golden.logits().length != (long) golden.count() * network.classes()) {
            throw new IllegalArgumentException(
                    "golden vectors had "
                            + golden.input().length
                            + " pixels and "
                            + golden.logits().length
                            + " logits for "
                            + golden.count()
                            + " images of "
                            + input
                            + " and "
                            + network.classes()
                            + " classes");
        }
    }
}
