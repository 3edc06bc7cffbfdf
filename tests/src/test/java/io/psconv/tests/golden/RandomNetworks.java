package io.psconv.tests.golden;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Networks whose weights, biases and batch normalizations are drawn, and images for them. */
public final class RandomNetworks {
    private RandomNetworks() {}

    public static CompressedModel create(
            String architecture, String variant, int side, int classes, long seed) {
        return create(
                Architectures.create(architecture, new FeatureShape(3, side, side), classes),
                variant,
                seed);
    }

    /** Draws for a network of any layers. */
    public static CompressedModel create(Network network, String variant, long seed) {
        CompressedModel untrained = UntrainedModel.create(network, Variant.of(variant), seed);
        Random random = new Random(seed + 1);
        Map<String, float[]> tensors = new HashMap<>(untrained.tensors());
        CompressedModel.expectedTensors(network, untrained.variant())
                .forEach(
                        (name, shape) -> {
                            if (shape.size() == 1) {
                                tensors.put(name, values(name, shape.get(0), random));
                            }
                        });
        return new CompressedModel(
                network, untrained.variant(), untrained.metadata(), tensors, null);
    }

    /** Normalised images, NCHW. */
    public static float[] images(CompressedModel model, int count, long seed) {
        Random random = new Random(seed + 2);
        float[] images = new float[count * model.network().input().length()];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        return images;
    }

    /** Scales and variances around 1, anything else around 0. */
    private static float[] values(String name, int length, Random random) {
        boolean positive = name.endsWith(".weight") || name.endsWith(".running_var");
        float[] values = new float[length];
        for (int index = 0; index < length; index++) {
            values[index] =
                    positive ? 0.5f + random.nextFloat() : 0.2f * (float) random.nextGaussian();
        }
        return values;
    }
}
