package io.psconv.tests.benchmark;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A whole network over a batch, on one thread; checked against the scalar form. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class NetworkBenchmark {
    private static final FeatureShape IMAGE = new FeatureShape(3, 32, 32);
    private static final int CLASSES = 10;
    private static final long SEED = 1;

    @Param({"resnet18", "vgg16"})
    String network = "resnet18";

    @Param({"dense", "PS4_P4", "PSD4_P8", "PSD2_P8", "PS2_P6", "PSD1_P16", "PS1_P9"})
    String variant = "dense";

    @Param({"1", "8", "32"})
    int batch = 1;

    private float[] input = {};
    private float[] logits = {};
    private @Nullable Classifier classifier;

    /** Makes the classifier that the parameters say. */
    @Setup
    public void prepare() {
        Random random = new Random(SEED);
        input = new float[batch * IMAGE.length()];
        for (int index = 0; index < input.length; index++) {
            input[index] = (float) random.nextGaussian();
        }
        logits = new float[batch * CLASSES];
        classifier =
                new JvmEngine(ConvolutionForms.choose("vector", true))
                        .load(model())
                        .newClassifier(batch);
    }

    /** Classifies a batch. */
    @Benchmark
    public float[] classify() {
        prepared().classify(input, batch, logits);
        return logits;
    }

    /** Holds the first image's logits against the reference. */
    @TearDown
    public void check() {
        float[] actual = Arrays.copyOf(classify(), CLASSES);
        prepared().close();
        float[] expected = new float[CLASSES];
        try (Classifier reference =
                new JvmEngine(ConvolutionForms.scalar()).load(model()).newClassifier(1)) {
            reference.classify(input, 1, expected);
        }
        if (!Arrays.equals(expected, actual)) {
            throw new IllegalStateException(
                    network + " " + variant + " differs from the scalar form's");
        }
    }

    private CompressedModel model() {
        return UntrainedModel.create(
                Architectures.create(network, IMAGE, CLASSES), Variant.of(variant), SEED);
    }

    private Classifier prepared() {
        if (classifier == null) {
            throw new IllegalStateException("not prepared; JMH calls prepare() first");
        }
        return classifier;
    }
}
