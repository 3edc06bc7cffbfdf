package io.psconv.model.format;

import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Models with random weights: for measuring speed and comparing engines, not for classifying.
 *
 * <p>Convolution weights are Kaiming-normal over what is stored, {@code std = sqrt(2 /
 * valuesPerFilter)} (He et al., ICCV 2015); fully connected ones without ReLU {@code sqrt(1 /
 * inputs)}, with one {@code sqrt(2 / inputs)}; biases are 0; batch normalization has scale 1, shift
 * 0, mean 0, variance 1. A seed means the same model everywhere: {@link Random#nextGaussian} is
 * fixed by its specification.
 */
public final class UntrainedModel {
    private UntrainedModel() {}

    /** Makes a model whose classes are {@code class0}, {@code class1} and so on. */
    public static CompressedModel create(Network network, Variant variant, long seed) {
        int channels = network.input().channels();
        return create(
                network,
                variant,
                seed,
                "none",
                IntStream.range(0, network.classes()).mapToObj(index -> "class" + index).toList(),
                new Normalisation(
                        Collections.nCopies(channels, 0.5f), Collections.nCopies(channels, 0.25f)));
    }

    /** Makes a model that says whose images it would take. */
    public static CompressedModel create(
            Network network,
            Variant variant,
            long seed,
            String dataset,
            List<String> labels,
            Normalisation normalisation) {
        Random random = new Random(seed);
        Set<String> withoutRelu =
                network.layers().stream()
                        .filter(UntrainedModel::isConnectedWithoutRelu)
                        .map(layer -> layer.name() + ".weight")
                        .collect(Collectors.toSet());
        Map<String, float[]> tensors = new HashMap<>();
        CompressedModel.expectedTensors(network, variant)
                .forEach(
                        (name, shape) ->
                                tensors.put(
                                        name,
                                        shape.size() == 1
                                                ? constants(name, shape.get(0))
                                                : weights(
                                                        shape,
                                                        withoutRelu.contains(name) ? 1 : 2,
                                                        random)));
        Map<String, String> provenance =
                Map.of("training", "untrained: random weights", "seed", Long.toString(seed));
        return new CompressedModel(
                network,
                variant,
                new ModelMetadata(dataset, labels, normalisation, provenance),
                tensors,
                null);
    }

    private static boolean isConnectedWithoutRelu(Layer layer) {
        return layer instanceof FullyConnectedLayer connected && !connected.relu();
    }

    private static float[] constants(String name, int length) {
        float[] values = new float[length];
        boolean one = name.endsWith(".weight") || name.endsWith(".running_var");
        Arrays.fill(values, one ? 1 : 0);
        return values;
    }

    private static float[] weights(List<Integer> shape, double gain, Random random) {
        int length = shape.stream().reduce(1, Math::multiplyExact);
        double deviation = Math.sqrt(gain * shape.get(0) / length);
        float[] values = new float[length];
        for (int index = 0; index < length; index++) {
            values[index] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }
}
