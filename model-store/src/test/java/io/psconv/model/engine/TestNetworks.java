package io.psconv.model.engine;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Whole networks whose batch normalizations and biases all do something, and images for them. */
public final class TestNetworks {
    private TestNetworks() {}

    /** A CIFAR form of ten classes. */
    public static CompressedModel cifar(String architecture, String variant) {
        return create(architecture, variant, new FeatureShape(3, 32, 32), 10);
    }

    /** A Tiny ImageNet form of two hundred classes. */
    public static CompressedModel tinyImageNet(String architecture, String variant) {
        return create(architecture, variant, new FeatureShape(3, 64, 64), 200);
    }

    /** A form for images of any shape that the architecture takes. */
    public static CompressedModel create(
            String architecture, String variant, FeatureShape input, int classes) {
        return create(Architectures.create(architecture, input, classes), variant);
    }

    /** Any network, with random weights. */
    public static CompressedModel create(Network network, String variant) {
        CompressedModel untrained = UntrainedModel.create(network, Variant.of(variant), 3);
        Random random = new Random(4);
        Map<String, float[]> tensors = new HashMap<>(untrained.tensors());
        CompressedModel.expectedTensors(network, untrained.variant())
                .forEach(
                        (name, shape) -> {
                            if (shape.size() == 1) {
                                boolean positive =
                                        name.endsWith(".weight") || name.endsWith(".running_var");
                                tensors.put(name, values(shape.get(0), positive, random));
                            }
                        });
        return new CompressedModel(
                network, untrained.variant(), untrained.metadata(), tensors, null);
    }

    private static float[] values(int length, boolean positive, Random random) {
        float[] values = new float[length];
        for (int index = 0; index < length; index++) {
            values[index] =
                    positive ? 0.5f + random.nextFloat() : 0.2f * (float) random.nextGaussian();
        }
        return values;
    }

    /** Normalised images, NCHW. */
    public static float[] images(CompressedModel model, int count) {
        Random random = new Random(6);
        float[] images = new float[count * model.network().input().length()];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        return images;
    }
}
