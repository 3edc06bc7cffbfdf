package io.psconv.model.format;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small untrained models for tests. */
public final class SampleModels {
    public static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
    public static final List<String> LABELS =
            List.of("aa", "bb", "c \"quoted\"", "d,d", "ee", "ff", "gg", "hh", "ü", "jj");
    private static final Normalisation NORMALISATION =
            new Normalisation(
                    List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.2023f, 0.1994f, 0.2010f));

    private SampleModels() {}

    public static Network resnet20() {
        return Architectures.create("resnet20", CIFAR, 10);
    }

    /** A ResNet20 of a variant, with golden vectors that no engine made. */
    public static CompressedModel resnet20(String variant) {
        return resnet20(variant, 1);
    }

    public static CompressedModel resnet20(String variant, long seed) {
        CompressedModel model =
                UntrainedModel.create(
                        resnet20(), Variant.of(variant), seed, "cifar10", LABELS, NORMALISATION);
        ModelMetadata metadata =
                new ModelMetadata(
                        "cifar10",
                        LABELS,
                        NORMALISATION,
                        Map.of("epochs", "0", "training", "untrained"));
        return new CompressedModel(
                model.network(), model.variant(), metadata, model.tensors(), golden(2));
    }

    private static GoldenVectors golden(int count) {
        Random random = new Random(5);
        byte[] input = new byte[count * CIFAR.length()];
        random.nextBytes(input);
        float[] logits = new float[count * LABELS.size()];
        for (int index = 0; index < logits.length; index++) {
            logits[index] = (float) random.nextGaussian();
        }
        return new GoldenVectors(count, input, logits, 1e-3f);
    }
}
